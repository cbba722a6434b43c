// Nested types of Java's record, by their names.

//: Shape
/** The name of an array and the sizes of its axes. */
public record Shape(String name, int... sizes) {}

//: Samples
/** Inputs and what the net is to answer to each of them. */
private record Samples(double[][] inputs, double[][] targets) {}

//: OnEpoch
/** Hears of each epoch of training. */
public interface OnEpoch {
  /** Tells the mean loss of an epoch; false stops training. */
  boolean onEpoch(int epoch, double loss);
}
