// JSON in Kotlin's words: values are maps, lists, numbers, texts, flags and null.

//: savedAs
/** A value as a text of JSON. */
private fun savedAs(value: Any?): String = StringBuilder().also { write(it, value) }.toString()

/** Adds a value to a text of JSON. */
private fun write(
    text: StringBuilder,
    value: Any?,
) {
    when (value) {
        is Map<*, *> -> writeTable(text, value)
        is List<*> -> writeList(text, value)
        is DoubleArray -> writeList(text, value.asList())
        is Array<*> -> writeList(text, value.asList())
        is String -> text.append("\"$value\"")
        is Double -> text.append(finite(value))
        else -> text.append(value)
    }
}

/** Adds an object to a text of JSON. */
private fun writeTable(
    text: StringBuilder,
    table: Map<*, *>,
) {
    var between = "{"
    for ((name, item) in table) {
        text.append("$between\"$name\": ")
        write(text, item)
        between = ", "
    }
    text.append(if (table.isEmpty()) "{}" else "}")
}

/** Adds a list to a text of JSON. */
private fun writeList(
    text: StringBuilder,
    items: List<*>,
) {
    var between = "["
    for (item in items) {
        text.append(between)
        write(text, item)
        between = ", "
    }
    text.append(if (items.isEmpty()) "[]" else "]")
}

/** A number that can be saved. */
private fun finite(x: Double): Double {
    if (!x.isFinite()) {
        throw IllegalStateException("a number that is not finite cannot be saved")
    }
    return x
}

//: readSaved
/** The object that a saved text holds. */
private fun readSaved(saved: String): Map<String, Any?> {
    val reader = $NetReader(saved)
    val found = reader.value(0)
    if (found !is Map<*, *> || !reader.isAtEnd()) {
        throw reader.misread()
    }
    return tableOf(found)
}

//: objectIn
/** The object that a text of JSON says, or an error that begins with where it is. */
private fun objectIn(
    text: String,
    where: String,
): Map<String, Any?> {
    try {
        return readSaved(text)
    } catch (_: IllegalArgumentException) {
        throw IllegalArgumentException("$where: expected an object of JSON")
    }
}

//: $NetReader
/** Reads a text of JSON. */
private class $NetReader(
    private val text: String,
) {
    private val number = Regex("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][-+]?\\d+)?")
    private val inside =
        Regex("\"((?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)\"")
    private val deepest = 64
    private var place = 0

    /** What is wrong with the text. */
    fun misread(): IllegalArgumentException {
        val what = "the text has not the format of a JSON object, at character "
        return IllegalArgumentException(what + this.place)
    }

    /** Whether nothing follows. */
    fun isAtEnd(): Boolean = this.next() == null

    /** The next character that is no blank; none at the end. */
    private fun next(): Char? {
        while (this.place < this.text.length && this.text[this.place] in " \t\r\n") {
            this.place++
        }
        return this.text.getOrNull(this.place)
    }

    /** Whether a mark is next, which is done then. */
    private fun takes(mark: Char): Boolean {
        val found = this.next() == mark
        this.place += if (found) 1 else 0
        return found
    }

    /** What of a pattern is next. */
    private fun matched(pattern: Regex): MatchResult {
        this.next()
        val found = pattern.matchAt(this.text, this.place) ?: throw this.misread()
        this.place = found.range.last + 1
        return found
    }

    /** A value so deep inside of others. */
    fun value(depth: Int): Any? {
        if (depth > this.deepest) {
            throw this.misread()
        }
        return when (this.next()) {
            '{' -> this.table(depth + 1)
            '[' -> this.list(depth + 1)
            '"' -> this.word()
            't' -> this.known("true", true)
            'f' -> this.known("false", false)
            'n' -> this.known("null", null)
            else -> this.number()
        }
    }

    private fun table(depth: Int): Map<String, Any?> {
        val found = linkedMapOf<String, Any?>()
        this.takes('{')
        if (this.takes('}')) {
            return found
        }
        do {
            val name = this.word()
            if (!this.takes(':')) {
                throw this.misread()
            }
            found[name] = this.value(depth)
        } while (this.takes(','))
        if (!this.takes('}')) {
            throw this.misread()
        }
        return found
    }

    private fun list(depth: Int): List<Any?> {
        val found = mutableListOf<Any?>()
        this.takes('[')
        if (this.takes(']')) {
            return found
        }
        do {
            found.add(this.value(depth))
        } while (this.takes(','))
        if (!this.takes(']')) {
            throw this.misread()
        }
        return found
    }

    private fun known(
        word: String,
        value: Boolean?,
    ): Boolean? {
        if (!this.text.startsWith(word, this.place)) {
            throw this.misread()
        }
        this.place += word.length
        return value
    }

    private fun number(): Double {
        val start = this.place
        val found = this.matched(this.number).value.toDouble()
        if (!found.isFinite()) {
            this.place = start
            throw this.misread()
        }
        return found
    }

    /** A text without the marks of JSON in it. */
    private fun word(): String {
        val text = this.matched(this.inside).groupValues[1]
        val found = StringBuilder()
        var k = 0
        while (k < text.length) {
            val isMarked = text[k] == '\\'
            k += if (isMarked) 1 else 0
            if (isMarked && text[k] == 'u') {
                found.append(text.substring(k + 1, k + 5).toInt(16).toChar())
                k += 4
            } else if (isMarked && text[k] in "bfnrt") {
                found.append("\b\u000c\n\r\t"["bfnrt".indexOf(text[k])])
            } else {
                found.append(text[k])
            }
            k++
        }
        return found.toString()
    }
}
