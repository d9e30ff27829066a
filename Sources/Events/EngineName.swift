/// The engines by the names that options and events use.
package enum EngineName: String, Sendable {
    case aria2, builtin
    /// No engine: the bytes were on this machine.
    case local
}
