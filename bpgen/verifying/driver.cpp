// The driver of C++: answers calls, a line each, for objects of emitted classes.
//
// A call is the place of a class, the number of an object, a method and what it is given,
// all between blanks; numbers are the 16 hexadecimal digits of their bits, texts those of
// their bytes. The answer is a kind and what the method gave, written alike.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>
#include <iterator>
#include <locale>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

using Row = std::vector<double>;
using Rows = std::vector<Row>;
using Arrays = std::map<std::string, Row>;

inline double number(const std::string &word) {
  const std::uint64_t bits = std::stoull(word, nullptr, 16);
  double found = 0.0;
  std::memcpy(&found, &bits, sizeof found);
  return found;
}

inline std::string bits(double x) {
  std::uint64_t own = 0;
  std::memcpy(&own, &x, sizeof own);
  std::ostringstream text;
  text << std::hex;
  text.width(16);
  text.fill('0');
  text << own;
  return text.str();
}

inline std::string digits(const std::string &text) {
  const char *signs = "0123456789abcdef";
  std::string found;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    found += signs[byte / 16];
    found += signs[byte % 16];
  }
  return found;
}

/// What a call is given, word by word.
struct Given {
  std::istringstream words;

  std::string word() {
    std::string found;
    words >> found;
    return found;
  }

  std::size_t whole() { return std::stoull(word()); }

  Row row() {
    Row found(whole());
    std::generate(found.begin(), found.end(), [this] { return number(word()); });
    return found;
  }

  Rows rows() {
    Rows found(whole());
    std::generate(found.begin(), found.end(), [this] { return row(); });
    return found;
  }

  std::string text() {
    const std::string own = word();
    std::string found;
    for (std::size_t k = 1; k < own.size(); k += 2) {
      found += static_cast<char>(std::stoi(own.substr(k, 2), nullptr, 16));
    }
    return found;
  }

  Arrays arrays() {
    Arrays found;
    for (std::size_t left = whole(); left > 0; left--) {
      const std::string name = text();
      found[name] = row();
    }
    return found;
  }
};

// What a method gives, as words.
inline std::string told(double x) { return "number " + bits(x); }
inline std::string told(std::size_t n) { return "whole " + std::to_string(n); }
inline std::string told(const std::string &text) { return "text " + digits(text); }

inline std::string told(const std::vector<std::size_t> &wholes) {
  std::string found = "wholes";
  for (const std::size_t n : wholes) {
    found += " " + std::to_string(n);
  }
  return found;
}

inline std::string told(const Row &row) {
  std::string found = "row";
  for (const double x : row) {
    found += " " + bits(x);
  }
  return found;
}

inline std::string told(const std::vector<std::string> &texts) {
  std::string found = "texts";
  for (const std::string &text : texts) {
    found += " " + digits(text);
  }
  return found;
}

inline std::string told(const Arrays &arrays) {
  std::string found = "arrays";
  for (const auto &array : arrays) {
    found += " " + digits(array.first) + " ";
    for (std::size_t k = 0; k < array.second.size(); k++) {
      found += (k > 0 ? "," : "") + bits(array.second[k]);
    }
  }
  return found;
}

/// Asks whether to go on after an epoch.
inline bool asked(std::size_t epoch, double loss) {
  std::cout << "epoch " << epoch << " " << bits(loss) << std::endl;
  std::string line;
  std::getline(std::cin, line);
  return line == "true";
}

// Members that not all classes have.
#define MEMBER(name)                                                           \
  template <typename Net, typename = void>                                     \
  constexpr bool has_##name = false;                                           \
  template <typename Net>                                                      \
  constexpr bool has_##name<Net, std::void_t<decltype(&Net::name)>> = true;
MEMBER(one_hot)
MEMBER(probabilities)
MEMBER(classify)

template <typename Net>
std::string call(Net &net, const std::string &name, Given &given) {
  const Net &same = net;
  if (name == "predict") return told(same.predict(given.row()));
  if (name == "forward") return told(net.forward(given.row()));
  if (name == "loss") return told(same.loss(given.row()));
  if (name == "backward") return told(net.backward(given.row()));
  if (name == "parameters") return told(same.parameters());
  if (name == "gradients") return told(same.gradients());
  if (name == "buffers") return told(same.buffers());
  if (name == "to_json") return told(same.to_json());
  if (name == "load_parameters") return told(net.load_parameters(given.text()));
  if constexpr (has_one_hot<Net>) {
    if (name == "one_hot") return told(same.one_hot(given.whole()));
  }
  if constexpr (has_probabilities<Net>) {
    if (name == "probabilities") return told(same.probabilities(given.row()));
  }
  if constexpr (has_classify<Net>) {
    if (name == "classify") return told(same.classify(given.row()));
  }
  if (name == "update") {
    net.update();
  } else if (name == "zero_gradients") {
    net.zero_gradients();
  } else if (name == "set_parameters") {
    net.set_parameters(given.arrays());
  } else if (name == "load_json") {
    net.load_json(given.text());
  } else {
    const Rows inputs = given.rows(), targets = given.rows();
    if (name == "batch_gradients") return told(net.batch_gradients(inputs, targets));
    if (name == "train_step") return told(net.train_step(inputs, targets));
    if (name == "check_gradients") return told(net.check_gradients(inputs, targets));
    if (name == "evaluate") return told(net.evaluate(inputs, targets));
    const std::size_t epochs = given.whole();
    if (name == "train") return told(net.train(inputs, targets, epochs));
    if (name == "train_watched") return told(net.train(inputs, targets, epochs, asked));
    throw std::runtime_error("no call " + name);
  }
  return "nothing";
}

/// An object of a class, as a function that calls it.
using Object = std::function<std::string(const std::string &, Given &)>;

template <typename Net> Object made(std::uint32_t seed) {
  return [net = Net(seed)](const std::string &name, Given &given) mutable {
    return call(net, name, given);
  };
}

Object made(std::size_t place, std::uint32_t seed);

static std::string answer(std::vector<Object> &nets, Given &given) {
  const std::size_t place = given.whole(), own = given.whole();
  const std::string name = given.word();
  try {
    if (name != "new") {
      return nets.at(own)(name, given);
    }
    nets.push_back(made(place, static_cast<std::uint32_t>(given.whole())));
    return told(nets.size() - 1);
  } catch (const std::invalid_argument &error) {
    return "wrong " + digits(error.what());
  } catch (const std::out_of_range &error) {
    return "wrong " + digits(error.what());
  } catch (const std::logic_error &error) {
    return "early " + digits(error.what());
  } catch (const std::exception &error) {
    return "panic " + digits(error.what());
  }
}

int main() {
  std::vector<Object> nets;
  for (std::string line; std::getline(std::cin, line);) {
    Given given{std::istringstream(line)};
    std::cout << answer(nets, given) << std::endl;
  }
}
