#if FUZZ_ENGINE
    import Glibc

    /// The engine's own loop (compiler-rt, `FuzzerDriver.cpp`): it parses the words and never returns control of the inputs.
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ read: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt

    enum LibFuzzer {
        /// What the engine's callback reads, since it takes no context. Set once, before the only thread that reads it starts to.
        private nonisolated(unsafe) static var decoder: Decoder?

        /// - Parameter options: libFuzzer's own, such as `-runs=1000`.
        static func run(_ decoder: Decoder, _ options: [String]) -> Never {
            self.decoder = decoder
            let words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: options.count + 2)
            for (index, word) in ([CommandLine.arguments[0]] + options).enumerated() { words[index] = strdup(word) }
            words[options.count + 1] = nil
            var count = CInt(options.count + 1)
            var arguments = words
            exit(
                runDriver(&count, &arguments) { bytes, length in
                    LibFuzzer.decoder?.read(Array(UnsafeBufferPointer(start: bytes, count: length)))
                    return 0
                })
        }
    }
#endif
