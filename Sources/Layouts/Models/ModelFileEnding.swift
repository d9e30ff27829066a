/// The endings of files that hold a model's weights, without the dot.
package enum ModelFileEnding {
    package static let all: Set<String> = ["safetensors", "sft", "gguf", "ckpt", "pt", "pth", "bin"]
}
