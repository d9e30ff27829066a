/// The services that a reference may name; raw values are those of the events' `source` field.
package enum SourceName: String, Sendable, CaseIterable {
    case huggingFace = "hf"
    case civitai
    case gdrive
    case github
    case modelscope
    case ollama
    case direct = "url"
}
