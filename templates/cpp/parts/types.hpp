// Types that a file has if it uses them.

//: Shape
/// The name of an array and the sizes of its axes.
struct Shape {
  std::string name;
  std::vector<std::size_t> sizes;
};

//: Arrays
/// Numbers by the name of their array, row by row.
using Arrays = std::map<std::string, std::vector<double>>;

//: OnEpoch
/// What is told the number of each epoch and its loss, and says whether to go on.
using OnEpoch = std::function<bool(std::size_t, double)>;

//: Row
/// Numbers of the net's, where they are.
template <typename Number> class Row {
public:
  Row(Number *numbers, std::size_t count) : first(numbers), many(count) {}
  Number &operator[](std::size_t i) const { return first[i]; }
  Number *begin() const { return first; }
  Number *end() const { return first + many; }
  std::size_t size() const { return many; }

private:
  Number *first;
  std::size_t many;
};

//: Samples
/// Inputs and what the net is to answer to each of them.
struct Samples {
  std::vector<std::vector<double>> inputs;
  std::vector<std::vector<double>> targets;
};

//: Json
/// A value of JSON; an object has names for its items.
struct Json {
  enum class Kind { null, flag, number, text, list, table };
  Kind kind = Kind::null;
  double number = 0.0;
  std::string text = "";
  std::vector<std::string> names = {};
  std::vector<Json> items = {};

  bool operator==(const std::string &other) const {
    return kind == Kind::text && text == other;
  }
  bool operator!=(const std::string &other) const {
    return !(*this == other);
  }
};
