import FetchTypes
import Server

/// Answers other nodes while this one lacks a file list itself and is therefore not a member yet.
///
/// Nodes that know only this one's address meet here: one that has lists says where it is, and this node asks it then. One that lacks
/// lists gets those that this node has; where every node lacks one, all are told.
actor FleetListServer {
    private let secret: FleetSecret
    private let size: Int
    /// This node's configured rank.
    private let rank: Int?
    private var gate: RequestAuthenticator
    private var lists: FleetLists
    private var census: FleetListCensus
    /// Keys of lists that no node has, as another node has found.
    private var given: Set<String> = []
    /// Where members are that have lists, and from which address they said so.
    private(set) var offers: [FleetClient.Place: String] = [:]

    /// - Parameters:
    ///   - size: of the fleet, this node included.
    ///   - rank: this node's configured rank.
    ///   - lists: those that this node has.
    init(secret: FleetSecret, size: Int, rank: Int? = nil, lists: FleetLists = .none) {
        (self.secret, self.size, self.rank, self.lists) = (secret, size, rank, lists)
        gate = RequestAuthenticator(secret: secret, epoch: "")
        census = FleetListCensus(size: size, rank: rank)
    }

    /// - Parameter address: where this node listens.
    func begin(at address: String) { census.ownAddress = address }

    /// What the last round of questions has brought.
    /// - Parameters:
    ///   - found: lists that this node gives to others from now on.
    ///   - hopeless: keys of lists that no node has, as another node says.
    func note(_ found: [String: String], hopeless: Set<String>, _ words: [FleetListCensus.Word]) {
        if !found.isEmpty { lists = lists.adding(found) }
        given.formUnion(hopeless)
        census.words = words
    }

    /// Those of the keys whose lists no node has.
    func hopeless(among keys: Set<String>) -> Set<String> {
        let missing = keys.filter { !lists.has($0) }
        return missing.intersection(given).union(census.hopeless(among: missing))
    }

    /// Whether all nodes that asked for one of these lists know that no node has it.
    func haveAllBeenTold(_ keys: Set<String>) -> Bool { census.haveAllBeenTold(keys) }

    func answer(_ request: ServerRequest) async -> ServerAnswer {
        switch gate.check(request) {
        case .unauthenticated: return ServerAnswer(status: 401)
        // A member of an earlier coordinator asks this node, which has restarted.
        case .stale(let code), .member(_, let code):
            return RequestAuthenticator.sign(ServerAnswer(status: 409), requestCode: code, secret)
        case .hello(let code): return RequestAuthenticator.sign(await route(request), requestCode: code, secret)
        }
    }

    private func route(_ request: ServerRequest) async -> ServerAnswer {
        switch (request.method, request.path) {
        case ("GET", FleetRequestHandler.hello):
            return json(FleetHello(isCoordinator: false, epoch: "", digest: "", wantsLists: true))
        case ("POST", FleetRequestHandler.listOffers):
            guard let place = FleetJSON.decode(FleetClient.Place.self, request.body), (1...65_535).contains(place.port),
                place.host.utf8.count <= 45, offers.count < size || offers[place] != nil
            else { return ServerAnswer(status: 400) }
            offers[place] = request.peer
            return json(FleetReply.taken)
        case ("POST", FleetRequestHandler.lists):
            guard let question = FleetListQuestion.read(request.body) else { return ServerAnswer(status: 400) }
            let asker = census.note(question, from: request.peer)
            let hopeless = hopeless(among: Set(question.keys))
            if let asker { census.tell(asker, hopeless) }
            return await lists.answer(question, hopeless: hopeless, rank: rank, secret)
        default: return ServerAnswer(status: 404)
        }
    }

    private func json(_ value: some Encodable) -> ServerAnswer {
        ServerAnswer(headers: [("Content-Type", "application/json")], body: FleetJSON.encode(value))
    }
}
