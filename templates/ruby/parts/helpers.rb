# Functions of Ruby's record that primitives call.

#: add
# Adds to each number of a row.
def add(row, more)
  more.each_with_index { |x, place| row[place] += x }
end

#: rows_in
# The innermost lists of nested ones.
def rows_in(array)
  array[0].is_a?(Array) ? array.flat_map { |part| rows_in(part) } : [array]
end

#: shaped
# A flat list as nested lists, row by row.
def shaped(values, shape)
  return values.dup if shape.length == 1

  parts = values.each_slice(values.length / shape[0])
  parts.map { |part| shaped(part, shape[1..]) }
end

#: is_number
# Whether a value is a finite number.
def is_number(value)
  (value.is_a?(Float) || value.is_a?(Integer)) && value.abs <= Float::MAX
end

#: is_row
# Whether it is a list of so many floating-point numbers.
def is_row(given, size)
  given.instance_of?(Array) && given.length == size && given.all?(Float)
end

#: floats
# Numbers as floating-point numbers.
def floats(items)
  items.map { |item| Float(item) }
end

#: listed
# Lists in the place of what else can be counted up.
def listed(given)
  given.is_a?(Enumerable) && !given.is_a?(Hash) ? given.to_a : given
end

#: larger_of
# The larger of two numbers; the first one, if one is not a number.
def larger_of(one, other)
  other > one ? other : one
end

#: parsed
# The number that a text says; NaN if it says none.
def parsed(text)
  return Float::NAN if text.match?(/[xXbBoO_]/)

  Float(text.sub(/\.(?!\d)/, ""), exception: false) || Float::NAN
end

#: numbers_in_text
# The numbers of a text, between white space.
def numbers_in_text(text)
  text.split.map(&:to_f)
end

#: cells
# The parts of a text, without blanks and quotation marks around them.
def cells(text, separator)
  text.split(separator, -1).map { |part| part.gsub(/\A[" \t\r]+|[" \t\r]+\z/, "") }
end

#: letters
# Bytes as letters.
def letters(bytes)
  bytes.dup.force_encoding("ISO-8859-1").encode("UTF-8")
end

#: unpacked
# What is in a gzipped file.
def unpacked(content, path)
  Zlib.gunzip(content)
rescue Zlib::Error
  raise ArgumentError, "#{path}: the file is damaged"
end

#: decoded
# What a text of JSON says.
def decoded(text)
  begin
    found = JSON.parse(text)
  rescue JSON::ParserError, TypeError, EncodingError
    found = nil
  end
  return found if found.is_a?(Hash)

  raise ArgumentError, "the text has not the format of a JSON object"
end

#: object_in
# The object that a text of JSON says.
def object_in(text, where)
  decoded(text)
rescue ArgumentError
  raise ArgumentError, "#{where}: expected an object of JSON"
end

#: say
# A line; on a terminal in the place of the one on how far training is.
def say(line)
  $stdout.print("\r\e[K") if $stdout.tty?
  $stdout.puts(line)
rescue Errno::EPIPE # nobody reads on: end as if interrupted
  $stdout.reopen(File::NULL)
  @interrupted = true
end

#: progress
# How far training is and how long it takes, for who waits at a terminal.
def progress(level, done, count)
  start, part = @span || [0.0, 0.0] # of the whole: where this epoch is
  share = level.zero? ? done.fdiv(count) : start + (part * done / count)
  @span = [share, 1.0 / count] if level.zero?
  now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  @started ||= now
  spent = now - @started
  return if share <= 0.0 || spent < (@told || 0.0) + 0.2 || !$stdout.tty?

  @told = spent
  left = spent * (1.0 - share) / share
  $stdout.print(format("\r%.1f%% done, %.0f s left\e[K", 100.0 * share, left))
end
