extension PythonFetch {
    /// The arguments of a call by their names, each taken once; what is left at the end is not understood.
    struct Arguments {
        private(set) var variables = Variables()
        private var values: [String: ArraySlice<PythonToken>] = [:]
        private let bytes: [UInt8]

        /// - Parameter order: the names of those that may go by their place.
        init(_ call: PythonCall, _ bytes: [UInt8], order: [String]) throws(SkipReason) {
            self.bytes = bytes
            guard !call.hasUnpacked else { throw SkipReason("not all of its arguments are listed") }
            let positional = call.positional
            guard positional.count <= order.count else { throw SkipReason("it has more arguments than are known") }
            for (name, tokens) in zip(order, positional) { values[name] = tokens }
            for argument in call.arguments { if let name = argument.name { values[name] = argument.tokens } }
        }

        /// With stand-ins; nil when it is not given, or None.
        mutating func take(_ name: String) -> String? {
            guard let tokens = values[name], let value = PythonValue(tokens, in: bytes) else { return nil }
            values[name] = nil
            if tokens.count == 1, tokens.first?.name == "None" { return nil }
            if tokens.count == 1, tokens.first?.kind == .number { return value.source }
            return value.text(&variables)
        }

        /// Nil when it is not given; neither is a value that only the run tells.
        mutating func takeFlag(_ name: String) throws(SkipReason) -> Bool? {
            guard let tokens = values[name] else { return nil }
            values[name] = nil
            guard tokens.count == 1, let word = tokens.first?.name, let flag = ["True": true, "False": false][word] else {
                throw SkipReason("\(name)= is not True or False")
            }
            return flag
        }

        mutating func drop(_ names: [String]) { for name in names { values[name] = nil } }

        func end() throws(SkipReason) {
            if let name = values.keys.sorted().first { throw SkipReason("\(name)= is not understood") }
        }
    }
}
