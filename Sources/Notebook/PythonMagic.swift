/// A line magic: `%sx wget …`, `%time !wget …`, Colab's `%shell wget …`.
struct PythonMagic {
    let bytes: [UInt8]
    /// From its mark to the end of its line.
    let range: Range<Int>
    /// Whether its result is kept: `x = %shell …`.
    let isUsed: Bool

    func read(into reading: inout Reading) {
        let end = bytes[range].firstIndex { " \t\r\\".utf8.contains($0) } ?? range.upperBound
        let name = String(decoding: bytes[range.lowerBound..<end], as: UTF8.self)
        guard reading.depth < Reading.deepest else { return }
        var inner = Reading()
        inner.depth = reading.depth + 1
        inner.commands = reading.commands
        inner.names = reading.names
        // Nothing of it is written, so it needs no line for one.
        inner.hasImport = true
        switch name {
        case "%shell", "%sx", "%system":
            ShellReader(bytes: bytes, dialect: .notebook).read(end..<range.upperBound, into: &inner)
            // Colab's prints what the line prints, the others return it.
            if name == "%shell", !isUsed { reading.add(inner) } else { reading.leave(inner, "its output is used", in: bytes) }
        case "%time", "%timeit", "%prun":
            PythonReader(bytes: bytes).read(end..<range.upperBound, into: &inner)
            reading.leave(inner, "\(name) runs it here", in: bytes)
        default: break
        }
    }
}
