/// Text that the system gives as bytes: arguments, paths, names of files.
///
/// Paths are handled as Unicode text. Bytes that are not UTF-8 cannot be: with U+FFFD in their place they would name another file.
package enum SystemText {
    /// - Returns: nil when the bytes are not UTF-8 throughout.
    package static func read(_ bytes: some Sequence<UInt8>) -> String? { String(validating: bytes, as: UTF8.self) }

    /// - Returns: nil when the bytes before the zero are not UTF-8 throughout.
    package static func read(_ pointer: UnsafePointer<CChar>) -> String? { String(validatingCString: pointer) }

    /// The bytes for messages: those above ASCII as `\xE9`, control characters too.
    package static func shown(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF")
        return bytes.reduce(into: "") { text, byte in
            if (0x20..<0x7F).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
    }

    /// - Parameter what: names what the bytes are, with the verb's subject first: `the argument x`.
    package static func refusal(_ what: String) -> Failure {
        Failure(
            .usage, "\(what) is not UTF-8 text.", why: "another name would have to stand in for it.",
            hint: "rename the file or the folder, or use a path without these bytes, for example through a symbolic link.")
    }
}
