/// An integer or a float as TOML writes it.
enum TOMLNumber {
    case integer(Int64)
    case float(Double)
    /// Well-formed, but more than 64 bits can hold.
    case tooLarge

    /// - Returns: nil for what is not a number.
    init?(_ word: String) {
        let bytes = Array(word.utf8)
        let radixes = ["0x": 16, "0o": 8, "0b": 2]
        if let radix = radixes[String(word.prefix(2))] {
            guard let digits = Self.digits(bytes[2...], radix: radix) else { return nil }
            self = Int64(digits, radix: radix).map(TOMLNumber.integer) ?? .tooLarge
            return
        }
        var rest = bytes[...]
        let sign = rest.first == UInt8(ascii: "-") ? "-" : ""
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        guard let wholeDigits = Self.digits(whole, radix: 10), wholeDigits.utf8.count == 1 || wholeDigits.utf8.first != UInt8(ascii: "0")
        else { return nil }
        if whole.count == rest.count {
            self = Int64(sign + wholeDigits).map(TOMLNumber.integer) ?? .tooLarge
            return
        }
        var text = sign + wholeDigits
        if whole.count < mantissa.count {
            guard let fraction = Self.digits(mantissa.dropFirst(whole.count + 1), radix: 10) else { return nil }
            text += "." + fraction
        }
        if mantissa.count < rest.count {
            var exponent = rest.dropFirst(mantissa.count + 1)
            text += "e"
            if exponent.first == UInt8(ascii: "-") { text += "-" }
            if exponent.first == UInt8(ascii: "-") || exponent.first == UInt8(ascii: "+") { exponent = exponent.dropFirst() }
            guard let digits = Self.digits(exponent, radix: 10) else { return nil }
            text += digits
        }
        guard let value = Double(text), value.isFinite else {
            self = .tooLarge
            return
        }
        self = .float(value)
    }

    /// The digits without underscores, which may be between two digits only; nil for anything else, and for none.
    private static func digits(_ bytes: ArraySlice<UInt8>, radix: Int) -> String? {
        var digits = ""
        var wasDigit = false
        for byte in bytes {
            if byte == UInt8(ascii: "_") {
                guard wasDigit else { return nil }
                wasDigit = false
                continue
            }
            let character = Character(Unicode.Scalar(byte))
            guard let value = character.hexDigitValue, value < radix else { return nil }
            digits.append(character)
            wasDigit = true
        }
        return wasDigit ? digits : nil
    }
}
