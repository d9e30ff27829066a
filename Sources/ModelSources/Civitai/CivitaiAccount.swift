internal import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `GET /api/v1/me`: the one request in which CivitAI says that a token is bad.
struct CivitaiAccount {
    let endpoint: WebURL
    let context: SourceContext

    func ask(_ token: Secret) async throws -> ServiceAccount {
        let response = try await AccountService.ask("/api/v1/me", at: endpoint, token, context)
        guard response.status == 200, let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw AccountService.civitai.refusal(response, token, context)
        }
        return ServiceAccount(name: answer.username.withoutControlCharacters)
    }

    private struct Answer: Decodable { var username: String }
}
