import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The names in the folder of live jobs, told apart without a string for each: there may be tens of thousands.
struct LiveNames {
    /// Jobs with a record.
    private(set) var records: [JobNumber] = []
    /// Jobs with a wish of any kind.
    private(set) var wished: Set<JobNumber> = []

    /// The highest number that any name begins with; 0 for none.
    private(set) var highest: Int64 = 0

    init(_ folder: String) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            withUnsafeBytes(of: &entry.pointee.d_name) { take($0) }
        }
    }

    private mutating func take(_ name: UnsafeRawBufferPointer) {
        var value: Int64 = 0
        var place = 0
        while place < 17, case let digit = name[place], digit >= 0x30, digit <= 0x39 {
            value = value * 10 + Int64(digit - 0x30)
            place += 1
        }
        guard place > 0, name[0] != 0x30, let number = JobNumber(value) else { return }
        highest = max(highest, value)
        if Self.ends(name, place, ".json") { records.append(number) }
        if Self.ends(name, place, ".state.want") || Self.ends(name, place, ".rate.want") || Self.ends(name, place, ".place.want") {
            wished.insert(number)
        }
    }

    private static func ends(_ name: UnsafeRawBufferPointer, _ start: Int, _ ending: StaticString) -> Bool {
        let length = ending.utf8CodeUnitCount
        guard start + length < name.count, name[start + length] == 0 else { return false }
        for offset in 0..<length where name[start + offset] != ending.utf8Start[offset] { return false }
        return true
    }
}
