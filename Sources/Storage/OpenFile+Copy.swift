#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension OpenFile {
    /// Copies a range of bytes to the same place in another file. It is read as a whole into memory first.
    /// - Throws: ``IOFault``, also where the file ends before the range does (a hole at its end reads as nothing).
    package func copy(_ range: Range<Int64>, to other: OpenFile) throws(IOFault) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 4096)
        defer { buffer.deallocate() }
        var done = 0
        while done < range.count {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]), at: range.lowerBound + Int64(done))
            if count == 0 { throw IOFault(code: EIO, "reading", path) }
            done += count
        }
        try other.write(UnsafeRawBufferPointer(buffer), at: range.lowerBound)
    }
}
