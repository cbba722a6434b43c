// The driver of Go: runs the commands of a script; script.py says how.

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// What every emitted class has.
type net interface {
	Predict(inputs []float64) []float64
	Forward(inputs []float64) []float64
	Loss(targets []float64) float64
	Backward(targets []float64) []float64
	ZeroGradients()
	BatchGradients(inputs, targets [][]float64) float64
	Update()
	TrainStep(inputs, targets [][]float64) float64
	Train(inputs, targets [][]float64, epochs int, onEpoch func(epoch int, loss float64) bool) float64
	Parameters() map[string][]float64
	Gradients() map[string][]float64
	Buffers() map[string][]float64
	Evaluate(inputs, targets [][]float64) []float64
	SetParameters(values map[string][]float64) error
	ToJSON() ([]byte, error)
	LoadJSON(saved []byte) error
	LoadParameters(saved []byte) ([]string, error)
	CheckGradients(inputs, targets [][]float64) (float64, error)
}

// What those have that learn classes.
type classifier interface {
	OneHot(index int) []float64
}

// What those have that tell how likely classes are.
type likely interface {
	Probabilities(inputs []float64) []float64
}

// What those have that tell one class.
type ofOne interface {
	Classify(inputs []float64) int
}

// What those have that tell a class for each step.
type ofSeveral interface {
	Classify(inputs []float64) []int
}

// A class: what makes an object, the net's own seed and epochs, the shapes of its
// parameters, and its script.
type job struct {
	title  string
	make   func(seed int) net
	seed   int
	epochs int
	shapes func(tell func(name string, sizes []int))
	script string
}

// An argument that is refused before the class gets it: its type has no such value.
type refusal string

type driver struct {
	job
	entries []any
	nets    map[int]net
	pool    []any
	places  map[string]int
	answers []any
}

// A value as it travels.
func encoded(value any) any {
	switch found := value.(type) {
	case float64:
		return fmt.Sprintf("%016x", math.Float64bits(found))
	case int:
		return encoded(float64(found))
	case string:
		return `"` + found
	case []int:
		list := make([]any, len(found))
		for k, n := range found {
			list[k] = encoded(n)
		}
		return list
	case []float64:
		list := make([]any, len(found))
		for k, x := range found {
			list[k] = encoded(x)
		}
		return list
	case []string:
		list := make([]any, len(found))
		for k, x := range found {
			list[k] = encoded(x)
		}
		return list
	case []any:
		list := make([]any, len(found))
		for k, x := range found {
			list[k] = encoded(x)
		}
		return list
	case map[string]any:
		table := map[string]any{}
		for name, x := range found {
			table[name] = encoded(x)
		}
		return table
	}
	return value
}

// A value that travelled; its lists and maps hold what inner makes of their items.
func decoded(value any, inner func(any) any) any {
	switch found := value.(type) {
	case []any:
		list := make([]any, len(found))
		for k, x := range found {
			list[k] = inner(x)
		}
		return list
	case map[string]any:
		table := map[string]any{}
		for name, x := range found {
			table[name] = inner(x)
		}
		return table
	case string:
		if strings.HasPrefix(found, `"`) {
			return found[1:]
		}
		bits, err := strconv.ParseUint(found, 16, 64)
		if err != nil {
			panic(err)
		}
		return math.Float64frombits(bits)
	}
	return value
}

func plain(value any) any {
	return decoded(value, plain)
}

// A value of its own for an item.
func (d *driver) item(item any) any {
	table, isTable := item.(map[string]any)
	if !isTable {
		return plain(item)
	}
	if parts, found := table["text"]; found {
		text := ""
		for _, place := range parts.([]any) {
			text += d.entries[int(place.(float64))].(string)
		}
		return text
	}
	if place, found := table["at"]; found {
		return decoded(d.entries[int(place.(float64))], d.item)
	}
	answer := d.answers[int(table["result"].(float64))]
	return plain(d.pool[answer.(int)])
}

// Flat numbers of nested lists, and whether they are of that shape.
func flat(value any, shape []int) ([]float64, bool) {
	list, isList := value.([]any)
	if !isList {
		x, isNumber := value.(float64)
		if !isNumber {
			panic(refusal("expected a number"))
		}
		return []float64{x}, len(shape) == 0
	}
	fits := len(shape) > 0 && len(list) == shape[0]
	found := []float64{}
	for _, item := range list {
		var rest []int
		if len(shape) > 0 {
			rest = shape[1:]
		}
		more, isRight := flat(item, rest)
		found, fits = append(found, more...), fits && isRight
	}
	return found, fits
}

// Flat numbers as nested lists.
func nested(values []float64, shape []int) any {
	if len(shape) == 0 {
		return values[0]
	}
	list, size := []any{}, len(values)/shape[0]
	for k := 0; k < shape[0]; k++ {
		list = append(list, nested(values[k*size:(k+1)*size], shape[1:]))
	}
	return list
}

// Values by name, in order.
type ordered struct {
	names  []string
	values []any
}

// MarshalJSON gives an object whose names stand in this order.
func (o ordered) MarshalJSON() ([]byte, error) {
	text := []byte("{")
	for k, name := range o.names {
		for _, part := range []any{name, o.values[k]} {
			found, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			text = append(append(text, found...), ':')
		}
		text[len(text)-1] = ','
	}
	if len(o.names) > 0 {
		text = text[:len(text)-1]
	}
	return append(text, '}'), nil
}

// The arrays that nested lists are; what flat ones cannot say is refused here.
func (d *driver) arrays(value any) map[string][]float64 {
	found, known := map[string][]float64{}, map[string][]int{}
	d.shapes(func(name string, sizes []int) { known[name] = sizes })
	for name, lists := range value.(map[string]any) {
		shape, isKnown := known[name]
		numbers, fits := flat(lists, shape)
		size := 1
		for _, extent := range shape {
			size *= extent
		}
		if isKnown && !fits && len(numbers) == size {
			panic(refusal(name + ": no such shape"))
		}
		found[name] = numbers
	}
	return found
}

func row(value any) []float64 {
	found := []float64{}
	for _, x := range value.([]any) {
		found = append(found, x.(float64))
	}
	return found
}

func rows(value any) [][]float64 {
	found := [][]float64{}
	for _, x := range value.([]any) {
		found = append(found, row(x))
	}
	return found
}

// Overwrites numbers: they are the caller's, not the object's.
func spoil(lists ...[]float64) {
	for _, list := range lists {
		for k := range list {
			list[k] = 9.0
		}
	}
}

// Named arrays as nested lists; the arrays themselves are overwritten.
func (d *driver) told(found map[string][]float64) any {
	var table ordered
	d.shapes(func(name string, sizes []int) {
		values := append([]float64(nil), found[name]...)
		table.names = append(table.names, name)
		table.values = append(table.values, encoded(nested(values, sizes)))
		spoil(found[name])
	})
	return table
}

// What layers remember, as nested lists: of the shapes that they have when saved.
func (d *driver) buffers(own net) any {
	var state struct{ Buffers map[string]any }
	saved, err := own.ToJSON()
	if err == nil {
		err = json.Unmarshal(saved, &state)
	}
	if err != nil {
		panic(err)
	}
	found, table := own.Buffers(), map[string]any{}
	for name, value := range state.Buffers {
		table[name] = nested(append([]float64(nil), found[name]...), shapeOf(value))
		spoil(found[name])
	}
	return encoded(table)
}

func shapeOf(value any) []int {
	list, isList := value.([]any)
	if !isList {
		return nil
	}
	return append([]int{len(list)}, shapeOf(list[0])...)
}

func toldRow(found []float64) any {
	list := encoded(found)
	spoil(found)
	return list
}

// What one call gives, as it travels.
func (d *driver) once(command map[string]any) any {
	name := command["call"].(string)
	var given []any
	for _, value := range command["with"].([]any) {
		given = append(given, d.item(value))
	}
	options, _ := command["options"].(map[string]any)
	if name == "new" {
		seed := d.seed
		if option, found := options["seed"]; found {
			seed = int(d.item(option).(float64))
		}
		d.nets[len(d.answers)] = d.make(seed)
		return nil
	}
	own := d.nets[int(command["on"].(float64))]
	switch name {
	case "predict", "forward", "loss", "backward", "probabilities", "classify":
		values := row(given[0])
		defer spoil(values)
		switch name {
		case "predict":
			return toldRow(own.Predict(values))
		case "forward":
			return toldRow(own.Forward(values))
		case "loss":
			return encoded(own.Loss(values))
		case "probabilities":
			return toldRow(own.(likely).Probabilities(values))
		case "classify":
			if one, found := own.(ofOne); found {
				return encoded(one.Classify(values))
			}
			return encoded(own.(ofSeveral).Classify(values))
		}
		return toldRow(own.Backward(values))
	case "batch_gradients", "train_step", "train", "check_gradients", "evaluate":
		inputs, targets := rows(given[0]), rows(given[1])
		defer spoil(append(inputs, targets...)...)
		switch name {
		case "batch_gradients":
			return encoded(own.BatchGradients(inputs, targets))
		case "evaluate":
			return toldRow(own.Evaluate(inputs, targets))
		case "train_step":
			return encoded(own.TrainStep(inputs, targets))
		case "check_gradients":
			found, err := own.CheckGradients(inputs, targets)
			fail(err)
			return encoded(found)
		}
		return d.train(own, inputs, targets, options)
	case "parameters":
		return d.told(own.Parameters())
	case "gradients":
		return d.told(own.Gradients())
	case "buffers":
		return d.buffers(own)
	case "set_parameters":
		values := d.arrays(given[0])
		fail(own.SetParameters(values))
		for _, array := range values {
			spoil(array)
		}
		return nil
	case "one_hot":
		return toldRow(own.(classifier).OneHot(int(given[0].(float64))))
	case "to_json":
		saved, err := own.ToJSON()
		fail(err)
		return encoded(string(saved))
	case "load_json":
		saved := []byte(given[0].(string))
		if _, found := options["parameters_only"]; found {
			left, err := own.LoadParameters(saved)
			fail(err)
			return encoded(left)
		}
		fail(own.LoadJSON(saved))
		return []any{}
	case "update":
		own.Update()
		return nil
	case "zero_gradients":
		own.ZeroGradients()
		return nil
	}
	panic(fmt.Errorf("no call %s", name))
}

func fail(err error) {
	if err != nil {
		panic(refusal(err.Error()))
	}
}

func (d *driver) train(own net, inputs, targets [][]float64, options map[string]any) any {
	epochs := d.epochs
	if option, found := options["epochs"]; found {
		epochs = int(d.item(option).(float64))
	}
	option, watched := options["on_epoch"]
	if !watched {
		return encoded(own.Train(inputs, targets, epochs, nil))
	}
	last, seen := int(d.item(option).(float64)), []any{}
	onEpoch := func(epoch int, loss float64) bool {
		seen = append(seen, []any{epoch, loss})
		return epoch != last
	}
	loss := own.Train(inputs, targets, epochs, onEpoch)
	return []any{encoded(loss), encoded(seen)}
}

// An error as it is told.
func (d *driver) refused(cause any) any {
	kind, message := fmt.Sprintf("%T", cause), fmt.Sprint(cause)
	switch cause.(type) {
	case refusal:
		kind = "wrong"
	case string:
		kind = "wrong"
		if message == "call forward first" {
			kind = "early"
		}
	case runtime.Error: // a bug: nobody meant to refuse
	}
	return map[string]any{"error": kind, "message": message}
}

// The place of a command's result in the pool; an equal one's, if there is one.
func (d *driver) answer(command map[string]any) (answer any) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = d.refused(cause)
		}
	}()
	found := any(nil)
	if times, isRepeated := command["times"]; isRepeated {
		list := []any{}
		for k := 0; k < int(times.(float64)); k++ {
			list = append(list, d.once(command))
		}
		found = list
	} else {
		found = d.once(command)
	}
	text, err := json.Marshal(found)
	if err != nil {
		panic(err)
	}
	place, isKnown := d.places[string(text)]
	if !isKnown {
		place = len(d.pool)
		d.places[string(text)] = place
		d.pool = append(d.pool, found)
	}
	return place
}

func main() {
	given, err := os.ReadFile("given.json")
	if err != nil {
		panic(err)
	}
	var scripts map[string]struct {
		Pool     []any
		Commands []map[string]any
	}
	if err := json.Unmarshal(given, &scripts); err != nil {
		panic(err)
	}
	for _, own := range jobs {
		script := scripts[own.script]
		found := &driver{
			job: own, entries: script.Pool,
			nets: map[int]net{}, places: map[string]int{},
		}
		for _, command := range script.Commands {
			found.answers = append(found.answers, found.answer(command))
		}
		text, err := json.Marshal(map[string]any{"pool": found.pool, "answers": found.answers})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s %s\n", own.title, text)
	}
}
