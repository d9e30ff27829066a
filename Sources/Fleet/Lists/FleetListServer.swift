import FetchTypes
import Server

/// Answers other members while this node has no file list itself and is therefore not a member yet.
///
/// Nodes that know only this one's address meet here: one that has the lists says where it is, and this node asks it then. One that lacks
/// them too is counted: when all nodes of the fleet ask, no node has them.
actor FleetListServer {
    private let secret: FleetSecret
    private let size: Int
    private var gate: RequestAuthenticator
    private var askers: Set<String> = []
    /// Those of the askers that know that no node has the lists.
    private var informed: Set<String> = []
    /// Where members are that have lists.
    private(set) var places: Set<FleetClient.Place> = []

    /// - Parameter size: of the fleet, this node included.
    init(secret: FleetSecret, size: Int) {
        (self.secret, self.size) = (secret, size)
        gate = RequestAuthenticator(secret: secret, epoch: "")
    }

    /// Whether every other node lacks the lists too.
    var isHopeless: Bool { askers.count >= size - 1 }

    /// Whether the others know it too.
    var haveAllBeenTold: Bool { informed.count >= askers.count }

    func answer(_ request: ServerRequest) -> ServerAnswer {
        guard case .hello(let code) = gate.check(request) else { return ServerAnswer(status: 401) }
        return RequestAuthenticator.sign(route(request), requestCode: code, secret)
    }

    private func route(_ request: ServerRequest) -> ServerAnswer {
        switch (request.method, request.path) {
        case ("GET", FleetRequestHandler.hello):
            return json(FleetHello(isCoordinator: false, epoch: "", digest: "", wantsLists: true))
        case ("POST", FleetRequestHandler.listOffers):
            guard let place = FleetJSON.decode(FleetClient.Place.self, request.body), (1...65_535).contains(place.port),
                place.host.utf8.count <= 45, places.count < size
            else { return ServerAnswer(status: 400) }
            places.insert(place)
            return json(FleetReply.taken)
        case ("POST", FleetRequestHandler.lists):
            if let node = request.header(RequestStamp.nodeField), askers.count < size { askers.insert(node) }
            if isHopeless, let node = request.header(RequestStamp.nodeField) { informed.insert(node) }
            let answer = FleetListAnswer(isHopeless: isHopeless)
            guard let sealed = secret.seal(FleetJSON.encode(answer), context: FleetListAnswer.context) else {
                return ServerAnswer(status: 500)
            }
            return ServerAnswer(headers: [("Content-Type", "application/octet-stream")], body: sealed)
        default: return ServerAnswer(status: 404)
        }
    }

    private func json(_ value: some Encodable) -> ServerAnswer {
        ServerAnswer(headers: [("Content-Type", "application/json")], body: FleetJSON.encode(value))
    }
}
