/// Where a started hub listens: origins of the form `http://127.0.0.1:PORT`, ports chosen by the kernel.
package struct HubAddresses: Codable, Sendable, Equatable {
    /// The stand-in for huggingface.co; what `HF_ENDPOINT` is set to. Also serves the `/_practice` control URLs.
    package var hub: String
    /// The stand-in for civitai.com.
    package var civitai: String
    /// The content network behind all, an origin of its own.
    package var cdn: String
    /// The stand-in for Google Drive's three hosts.
    package var gdrive: String
    package var github: String
    package var modelscope: String
    /// The stand-in for registry.ollama.ai.
    package var ollama: String

    package init(
        hub: String, civitai: String, cdn: String, gdrive: String = "", github: String = "", modelscope: String = "", ollama: String = ""
    ) {
        self.hub = hub
        self.civitai = civitai
        self.cdn = cdn
        self.gdrive = gdrive
        self.github = github
        self.modelscope = modelscope
        self.ollama = ollama
    }

    /// The port of one of the servers.
    func port(of server: HubRequest.Server) -> UInt16? {
        let origin = [HubRequest.Server.hub: hub, .civitai: civitai, .cdn: cdn][server]
        return origin?.split(separator: ":").last.flatMap { UInt16($0) }
    }

    /// The base of the control URLs.
    package var control: String { hub + "/_practice" }
}
