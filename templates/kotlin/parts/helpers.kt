// Functions of Kotlin's record that primitives call.

//: addTo
/** Adds these numbers to those of an array from a place on. */
private fun DoubleArray.addTo(
    array: DoubleArray,
    start: Int,
) {
    for (i in 0 until this.size) {
        array[start + i] += this[i]
    }
}

//: copied
/** The same numbers in arrays of their own. */
private fun copied(rows: Array<DoubleArray>): Array<DoubleArray> {
    val size = rows.size
    return Array(size) { rows[it].copyOf() }
}

//: joinedRows
/** The numbers of all rows, one after the other. */
private fun joinedRows(rows: Array<DoubleArray>): DoubleArray {
    val found = DoubleArray(rows.sumOf { it.size })
    var start = 0
    for (row in rows) {
        row.copyInto(found, start)
        start += row.size
    }
    return found
}

//: gathered
/** The rows of several lists, one after the other. */
private fun gathered(vararg lists: Array<DoubleArray>): Array<DoubleArray> {
    var found = arrayOf<DoubleArray>()
    for (rows in lists) {
        found += rows
    }
    return found
}

//: zerosLike
/** As many zeros as there are numbers in rows. */
private fun zerosLike(rows: Array<DoubleArray>): Array<DoubleArray> {
    val size = rows.size
    return Array(size) { DoubleArray(rows[it].size) }
}

//: wordsOf
/** The words of a text. */
private fun wordsOf(text: String): Array<String> {
    val words = text.split(Regex("\\s+"))
    return words.filter { it.isNotEmpty() }.toTypedArray()
}

//: numbers
/** The numbers of a text, between white space. */
private fun numbers(text: String): DoubleArray {
    val words = text.trim().split(Regex("\\s+"))
    return DoubleArray(words.size) { words[it].toDouble() }
}

//: tableOf
/** The object of names that a value is. */
private fun tableOf(value: Any?): Map<String, Any?> {
    val entries = (value as Map<*, *>).entries
    return entries.associate { it.key.toString() to it.value }
}

//: fixed
/** A number with so many decimals, which are those of its very value. */
private fun fixed(
    x: Double,
    digits: Int,
): String {
    if (!x.isFinite()) {
        return x.toString().replace("Infinity", "inf").lowercase()
    }
    val size = BigDecimal(abs(x)).setScale(digits, RoundingMode.HALF_EVEN)
    val isBelow = x < 0.0 || 1.0 / x < 0.0
    return (if (isBelow) "-" else "") + size.toPlainString()
}

//: scientific
/** A number such as 1.2e-07. */
private fun scientific(x: Double): String = "%.1e".format(Locale.ROOT, x)

//: parsed
/** The number that a text says; NaN if it says none. */
private fun parsed(text: String): Double {
    val number = Regex("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
    return if (number.matches(text.trim())) text.toDouble() else Double.NaN
}

//: cells
/** The parts of a text, without blanks and quotation marks around them. */
private fun cells(
    text: String,
    separator: String,
): Array<String> {
    val around = Regex("^[\"\\s]+|[\"\\s]+$")
    return text.split(separator).map { it.replace(around, "") }.toTypedArray()
}

//: isFile
/** Whether there is such a file. */
private fun isFile(path: String): Boolean = Files.isRegularFile(Path.of(path))

//: readText
/** The text of a file, without a mark of its encoding. */
private fun readText(path: String): String {
    try {
        return Files.readString(Path.of(path)).removePrefix("\ufeff")
    } catch (error: IOException) {
        throw failed(path, error)
    }
}

//: readBytes
/** What a file holds. */
private fun readBytes(path: String): ByteArray {
    try {
        return Files.readAllBytes(Path.of(path))
    } catch (error: IOException) {
        throw failed(path, error)
    }
}

//: writeText
/** Writes a file. */
private fun writeText(
    path: String,
    text: String,
) {
    try {
        Files.writeString(Path.of(path), text)
    } catch (error: IOException) {
        throw failed(path, error)
    }
}

//: rename
/** Gives a file another name, which no other one has afterwards. */
private fun rename(
    path: String,
    name: String,
) {
    try {
        Files.move(Path.of(path), Path.of(name), StandardCopyOption.REPLACE_EXISTING)
    } catch (error: IOException) {
        throw failed(name, error)
    }
}

//: failed
/** What went wrong with a file, in words. */
private fun failed(
    path: String,
    error: IOException,
): UncheckedIOException {
    val why =
        when (error) {
            is NoSuchFileException -> "there is no such file"
            is AccessDeniedException -> "permission denied"
            else -> error.message ?: "it cannot be used"
        }
    return UncheckedIOException(if (why.startsWith(path)) why else "$path: $why", error)
}

//: bytesIn
/** The bytes from start up to, but not including, stop. */
private fun bytesIn(
    content: ByteArray,
    start: Int,
    stop: Int,
): IntArray = IntArray(stop - start) { content[start + it].toInt() and 255 }

//: textIn
/** The bytes from start up to, but not including, stop, as letters. */
private fun textIn(
    content: ByteArray,
    start: Int,
    stop: Int,
): String = String(content, start, stop - start, Charsets.ISO_8859_1)

//: unpacked
/** What is in a gzipped file. */
private fun unpacked(
    content: ByteArray,
    path: String,
): ByteArray {
    try {
        return GZIPInputStream(content.inputStream()).use { it.readBytes() }
    } catch (_: IOException) {
        throw IllegalArgumentException("$path: the file is damaged")
    }
}
