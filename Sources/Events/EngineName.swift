/// The engines by the names that options and events use.
package enum EngineName: String, Sendable { case aria2, builtin }
