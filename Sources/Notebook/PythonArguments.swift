extension PythonFetch {
    /// The arguments of a call by their names, each taken once; what is left at the end is not understood.
    struct Arguments {
        private(set) var variables = Variables()
        private var values: [String: ArraySlice<PythonToken>] = [:]
        private let bytes: [UInt8]

        /// - Parameter order: the names of those that may go by their place.
        init(_ call: PythonCall, _ bytes: [UInt8], order: [String]) throws(Doubt) {
            self.bytes = bytes
            guard !call.hasUnpacked else { throw Doubt("not all of its arguments are listed") }
            let positional = call.positional
            guard positional.count <= order.count else { throw Doubt("it has more arguments than are known") }
            for (name, tokens) in zip(order, positional) { values[name] = tokens }
            for argument in call.arguments { if let name = argument.name { values[name] = argument.tokens } }
        }

        /// Whether only the run tells what it is: it may be None, and then the argument counts as not given.
        func isOpen(_ name: String) -> Bool {
            guard let tokens = values[name] else { return false }
            if tokens.count == 1, tokens.first?.kind == .number || tokens.first?.name == "None" { return false }
            return !tokens.allSatisfy { $0.kind == .string }
        }

        /// The same with something else in the place of None.
        mutating func take(_ name: String, orElse fallback: String) -> String? {
            guard let tokens = values[name], isOpen(name), let value = PythonValue(tokens, in: bytes) else { return take(name) }
            values[name] = nil
            return variables.add((tokens.count == 1 ? value.source : "(\(value.source))") + " or " + fallback)
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
        mutating func takeFlag(_ name: String) throws(Doubt) -> Bool? {
            guard let tokens = values[name] else { return nil }
            values[name] = nil
            guard tokens.count == 1, let word = tokens.first?.name, let flag = ["True": true, "False": false][word] else {
                throw Doubt("\(name)= is not True or False")
            }
            return flag
        }

        /// A string or a list of strings.
        mutating func takeList(_ name: String) throws(Doubt) -> [String] {
            guard let tokens = values[name], let first = tokens.first else { return [] }
            guard first.isMark("["), tokens.last?.isMark("]") == true else {
                let isNone = tokens.count == 1 && first.name == "None"
                guard isNone || tokens.allSatisfy({ $0.kind == .string }) else { throw Doubt("\(name)= may be a list") }
                return take(name).map { [$0] } ?? []
            }
            values[name] = nil
            var items: [String] = []
            for element in PythonProcess.elements(tokens.dropFirst().dropLast()) {
                guard element.allSatisfy({ $0.kind == .string }), let value = PythonValue(element, in: bytes) else {
                    throw Doubt("\(name)= is not a list of strings")
                }
                items.append(value.text(&variables))
            }
            return items
        }

        /// A token that fetchctl finds where the notebook takes it from.
        mutating func dropKnownToken() throws(Doubt) {
            for name in ["token", "use_auth_token"] {
                guard let tokens = values[name] else { continue }
                let source = PythonValue(tokens, in: bytes)?.source ?? ""
                let isFromEnvironment = source.hasPrefix("os.environ") || source.hasPrefix("os.getenv") || source.hasPrefix("getenv")
                guard ["None", "True", "False"].contains(source) || isFromEnvironment && source.contains("HF_TOKEN") else {
                    throw Doubt("its token is a value of Python's: put it into HF_TOKEN first")
                }
                values[name] = nil
            }
        }

        mutating func drop(_ names: [String]) { for name in names { values[name] = nil } }

        func end() throws(Doubt) {
            if let name = values.keys.sorted().first { throw Doubt("\(name)= is not understood") }
        }
    }
}
