/// The tables of a document while it is read, with what each may still take.
struct TOMLTree {
    /// A key, and where it is.
    struct Name {
        let text: String
        let place: TOMLPlace
    }

    /// How a table came about; that decides who may add to it.
    private enum Origin {
        /// A longer header named it: one header of its own may follow.
        case path
        case header
        /// Dotted keys named it: no header may.
        case dotted
    }

    private enum Slot {
        case value(TOMLValue)
        /// A position in `nodes`.
        case table(Int)
        /// A position in `lists`.
        case tables(Int)
    }

    private struct Node {
        var origin: Origin
        let place: TOMLPlace
        /// How many tables and arrays it is in.
        let depth: Int
        var slots = KeyedList<(name: TOMLPlace, slot: Slot)>()
    }

    private var nodes: [Node]
    /// The arrays of tables, as positions in `nodes`.
    private var lists: [(tables: [Int], place: TOMLPlace)] = []

    /// The first table is number 0.
    init(at place: TOMLPlace, depth: Int = 0) { nodes = [Node(origin: .header, place: place, depth: depth)] }

    func depth(of table: Int) -> Int { nodes[table].depth }

    // MARK: - Headers

    /// `[a.b]`: the table that the next keys belong to.
    mutating func open(_ path: [Name], at place: TOMLPlace) throws(TOMLError) -> Int {
        let parent = try parent(of: path)
        let name = path[path.count - 1]
        guard let slot = slot(name, in: parent) else { return try add(.header, name, to: parent, at: place) }
        guard case .table(let table) = slot, case .path = nodes[table].origin else { throw taken(name, in: parent) }
        nodes[table].origin = .header
        return table
    }

    /// `[[a.b]]`: another table of an array, which the next keys belong to.
    mutating func openElement(_ path: [Name], at place: TOMLPlace) throws(TOMLError) -> Int {
        let parent = try parent(of: path)
        let name = path[path.count - 1]
        let depth = nodes[parent].depth + 2
        guard depth <= TOMLTable.deepest else { throw Self.tooDeep(name.place) }
        try refuseMore(at: place)
        let list: Int
        switch slot(name, in: parent) {
        case .tables(let known): list = known
        case nil:
            list = lists.count
            lists.append(([], place))
            nodes[parent].slots.append(name.text, (name.place, .tables(list)))
        default: throw taken(name, in: parent)
        }
        nodes.append(Node(origin: .header, place: place, depth: depth))
        lists[list].tables.append(nodes.count - 1)
        return nodes.count - 1
    }

    /// The table that holds a header's last name; those on the way are made where they are missing.
    private mutating func parent(of path: [Name]) throws(TOMLError) -> Int {
        var table = 0
        for name in path.dropLast() {
            switch slot(name, in: table) {
            case nil: table = try add(.path, name, to: table, at: name.place)
            case .table(let next): table = next
            case .tables(let list): table = lists[list].tables[lists[list].tables.count - 1]
            case .value: throw taken(name, in: table)
            }
        }
        return table
    }

    // MARK: - Keys

    /// `a.b = value` in a table.
    mutating func set(_ path: [Name], in start: Int, _ value: TOMLValue) throws(TOMLError) {
        let table = try owner(of: path, in: start)
        let name = path[path.count - 1]
        guard slot(name, in: table) == nil else { throw taken(name, in: table) }
        nodes[table].slots.append(name.text, (name.place, .value(value)))
    }

    /// The table that a dotted key's last name belongs to; those on the way are made where they are missing.
    mutating func owner(of path: [Name], in start: Int) throws(TOMLError) -> Int {
        var table = start
        for name in path.dropLast() {
            switch slot(name, in: table) {
            case nil: table = try add(.dotted, name, to: table, at: name.place)
            case .table(let next):
                if case .header = nodes[next].origin { throw taken(name, in: table) }
                nodes[next].origin = .dotted
                table = next
            case .tables, .value: throw taken(name, in: table)
            }
        }
        return table
    }

    // MARK: - Nodes

    private func slot(_ name: Name, in table: Int) -> Slot? {
        nodes[table].slots.position(of: name.text).map { nodes[table].slots.elements[$0].slot }
    }

    private mutating func add(_ origin: Origin, _ name: Name, to parent: Int, at place: TOMLPlace) throws(TOMLError) -> Int {
        let depth = nodes[parent].depth + 1
        guard depth <= TOMLTable.deepest else { throw Self.tooDeep(name.place) }
        try refuseMore(at: place)
        nodes.append(Node(origin: origin, place: place, depth: depth))
        nodes[parent].slots.append(name.text, (name.place, .table(nodes.count - 1)))
        return nodes.count - 1
    }

    private func refuseMore(at place: TOMLPlace) throws(TOMLError) {
        guard nodes.count < TOMLTable.mostTables else {
            throw TOMLError(place: place, reason: "the document has more than \(TOMLTable.mostTables) tables")
        }
    }

    private func taken(_ name: Name, in table: Int) -> TOMLError {
        let line = nodes[table].slots.position(of: name.text).map { nodes[table].slots.elements[$0].name.line } ?? name.place.line
        return TOMLError(place: name.place, reason: "the key is there already, on line \(line)")
    }

    static func tooDeep(_ place: TOMLPlace) -> TOMLError {
        TOMLError(place: place, reason: "more than \(TOMLTable.deepest) tables and arrays are in one another")
    }

    /// A table with all that is in it.
    func table(_ number: Int = 0) -> TOMLTable {
        var list = KeyedList<TOMLTable.Entry>()
        for (key, (place, slot)) in zip(nodes[number].slots.keys, nodes[number].slots.elements) {
            let value =
                switch slot {
                case .value(let value): value
                case .table(let child): TOMLValue(.table(table(child)), at: nodes[child].place)
                case .tables(let array):
                    TOMLValue(
                        .array(lists[array].tables.map { TOMLValue(.table(table($0)), at: nodes[$0].place) }), at: lists[array].place)
                }
            list.append(key, TOMLTable.Entry(key: key, place: place, value: value))
        }
        return TOMLTable(list, at: nodes[number].place)
    }
}
