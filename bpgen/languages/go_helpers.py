"""Functions of Go's record that primitives call, each as it stands in a file."""

from __future__ import annotations

HELPERS = {
    "add": """
// Adds to the numbers of an array from a place on.
func add(array []float64, start int, more []float64) {
	for i, x := range more {
		array[start+i] += x
	}
}""",
    "largerOf": """
// The larger of two numbers.
func largerOf(a, b float64) float64 {
	if b > a {
		return b
	}
	return a
}""",
    "largerWhole": """
// The larger of two whole numbers.
func largerWhole(a, b int) int {
	if b > a {
		return b
	}
	return a
}""",
    "smallerOf": """
// The smaller of two whole numbers.
func smallerOf(a, b int) int {
	if b < a {
		return b
	}
	return a
}""",
    "filled": """
// As many times the same number.
func filled(size int, x float64) []float64 {
	found := make([]float64, size)
	for i := range found {
		found[i] = x
	}
	return found
}""",
    "counted": """
// The whole numbers from 0 on.
func counted(count int) []int {
	found := make([]int, count)
	for i := range found {
		found[i] = i
	}
	return found
}""",
    "part": """
// The items from start up to, but not including, stop, copied; fewer at the end.
func part[T any](items []T, start, stop int) []T {
	if stop > len(items) {
		stop = len(items)
	}
	return append([]T(nil), items[start:stop]...)
}""",
    "restOf": """
// The items from a place on, copied.
func restOf[T any](items []T, start int) []T {
	return append([]T(nil), items[start:]...)
}""",
    "chosen": """
// The items in these places.
func chosen[T any](items []T, places []int) []T {
	found := make([]T, len(places))
	for k, i := range places {
		found[k] = items[i]
	}
	return found
}""",
    "sortedWholes": """
// The same whole numbers, the smallest one first.
func sortedWholes(items []int) []int {
	found := append([]int(nil), items...)
	sort.Ints(found)
	return found
}""",
    "copied": """
// The same numbers in lists of their own.
func copied(rows [][]float64) [][]float64 {
	found := make([][]float64, len(rows))
	for k, row := range rows {
		found[k] = append([]float64(nil), row...)
	}
	return found
}""",
    "joinedRows": """
// The numbers of all rows, one after the other.
func joinedRows(rows [][]float64) []float64 {
	var found []float64
	for _, row := range rows {
		found = append(found, row...)
	}
	return found
}""",
    "gathered": """
// The rows of several lists, one after the other.
func gathered(lists ...[][]float64) [][]float64 {
	var found [][]float64
	for _, rows := range lists {
		found = append(found, rows...)
	}
	return found
}""",
    "zerosLike": """
// As many zeros as there are numbers in rows.
func zerosLike(rows [][]float64) [][]float64 {
	found := make([][]float64, len(rows))
	for k, row := range rows {
		found[k] = make([]float64, len(row))
	}
	return found
}""",
    "isAmong": """
// Whether a text is one of several.
func isAmong(text string, texts []string) bool {
	for _, other := range texts {
		if text == other {
			return true
		}
	}
	return false
}""",
    "lettersAt": """
// Where the letters of a word stand among others.
func lettersAt(word string, letters []string) []int {
	var found []int
	for _, letter := range strings.Split(word, "") {
		for place, other := range letters {
			if letter == other {
				found = append(found, place)
				break
			}
		}
	}
	return found
}""",
    "numbers": """
// The numbers of a text, between white space.
func numbers(text string) []float64 {
	var found []float64
	for _, word := range strings.Fields(text) {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil {
			panic(err)
		}
		found = append(found, x)
	}
	return found
}""",
    "namesOf": """
// The names of arrays, in order.
func namesOf(shapes []ArrayShape) []string {
	found := make([]string, len(shapes))
	for k, own := range shapes {
		found[k] = own.Name
	}
	return found
}""",
    "shapeOf": """
// The shape of an array by its name.
func shapeOf(shapes []ArrayShape, name string) []int {
	for _, own := range shapes {
		if own.Name == name {
			return own.Sizes
		}
	}
	return nil
}""",
    "keys": """
// The names in a map, sorted.
func keys[T any](table map[string]T) []string {
	found := make([]string, 0, len(table))
	for name := range table {
		found = append(found, name)
	}
	sort.Strings(found)
	return found
}""",
    "has": """
// Whether a map has a name.
func has[T any](table map[string]T, name string) bool {
	_, found := table[name]
	return found
}""",
    "isTable": """
// Whether a value is an object with names.
func isTable(value any) bool {
	_, found := value.(map[string]any)
	return found
}""",
    "isList": """
// Whether a value is a list.
func isList(value any) bool {
	_, found := value.([]any)
	return found
}""",
    "isNumber": """
// Whether a value is a number; those of JSON are finite.
func isNumber(value any) bool {
	_, found := value.(float64)
	return found
}""",
    "isInterrupted": """
// Where an interrupt comes in, and whether one has.
var interrupts, interrupted = make(chan os.Signal, 1), false

// Whether somebody wants training to end.
func isInterrupted() bool {
	signal.Notify(interrupts, os.Interrupt)
	select {
	case <-interrupts:
		interrupted = true
	default:
	}
	return interrupted
}""",
    "readText": """
// The text of a file, without a mark of its encoding.
func readText(path string) (string, error) {
	text, err := os.ReadFile(path)
	return strings.TrimPrefix(string(text), "\\ufeff"), err
}""",
    "isFile": """
// Whether there is such a file.
func isFile(path string) bool {
	found, err := os.Stat(path)
	return err == nil && found.Mode().IsRegular()
}""",
    "bytesIn": """
// The bytes from start up to, but not including, stop.
func bytesIn(content []byte, start, stop int) []int {
	found := make([]int, 0, stop-start)
	for _, value := range content[start:stop] {
		found = append(found, int(value))
	}
	return found
}""",
    "textIn": """
// The bytes from start up to, but not including, stop, as letters.
func textIn(content []byte, start, stop int) string {
	return string(content[start:stop])
}""",
    "objectIn": """
// The object that a text of JSON says.
func objectIn(text, where string) (map[string]any, error) {
	found, err := readSaved([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s: expected an object of JSON", where)
	}
	return found, nil
}""",
    "unpacked": """
// What is in a gzipped file.
func unpacked(content []byte, path string) ([]byte, error) {
	var found bytes.Buffer
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err == nil {
		_, err = found.ReadFrom(reader)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: the file is damaged", path)
	}
	return found.Bytes(), nil
}""",
    "parsed": """
// The number that a text says; NaN if it says none.
func parsed(text string) float64 {
	found, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return found
}""",
    "cells": """
// The parts of a text, without blanks and quotation marks around them.
func cells(text, separator string) []string {
	found := strings.Split(text, separator)
	for i, cell := range found {
		found[i] = strings.Trim(cell, "\\" \\t\\r")
	}
	return found
}""",
    "readSaved": """
// The object that a saved text holds.
func readSaved(saved []byte) (map[string]any, error) {
	var found map[string]any
	if err := json.Unmarshal(saved, &found); err != nil {
		what := "the text has not the format of a JSON object"
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if found == nil {
		return nil, errors.New("the text has not the format of a JSON object")
	}
	return found, nil
}""",
}

# Types by their names.
TYPES = {
    "ArrayShape": """\
// ArrayShape: the name of an array and the sizes of its axes.
type ArrayShape struct {
	Name  string
	Sizes []int
}
""",
    "dataSet": """\
// Inputs and what the net is to answer to each of them.
type dataSet struct {
	inputs, targets [][]float64
}
""",
}
