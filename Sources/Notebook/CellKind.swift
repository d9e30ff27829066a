/// Who reads a code cell, by its first line.
enum CellKind: Equatable {
    /// IPython; the range is the code behind magics such as `%%capture`.
    case code(Range<Int>)
    /// A shell.
    case shell(Range<Int>)
    /// A shell whose output becomes a value.
    case usedShell(Range<Int>)
    /// Written to a file.
    case file(Range<Int>)
    /// Another program.
    case other

    /// IPython's part; nil where something else reads the cell.
    var code: Range<Int>? { if case .code(let range) = self { range } else { nil } }

    private static let transparent: Set<String> = ["%%capture", "%%time", "%%timeit", "%%prun"]
    private static let shells: Set<String> = ["%%bash", "%%sh", "%%shell", "%%zsh"]

    init(_ bytes: [UInt8], from start: Int = 0) {
        var position = start
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = String(decoding: bytes[position..<end], as: UTF8.self)
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            let rest = min(end + 1, bytes.count)
            // Colab looks for the magic below comments, such as `#@title`, too.
            guard let first = words.first, !first.hasPrefix("#") else {
                position = rest
                if end == bytes.count { break }
                continue
            }
            guard first.hasPrefix("%%") else { break }
            if Self.transparent.contains(first) {
                self = CellKind(bytes, from: rest)
            } else if Self.shells.contains(first) || first == "%%script" && ["bash", "sh", "zsh"].contains(words.dropFirst().last ?? "") {
                self = .shell(rest..<bytes.count)
            } else if ["%%system", "%%sx", "%%!"].contains(first) {
                self = .usedShell(rest..<bytes.count)
            } else if first == "%%writefile" || first == "%%file" {
                self = .file(rest..<bytes.count)
            } else {
                self = .other
            }
            return
        }
        self = .code(start..<bytes.count)
    }
}
