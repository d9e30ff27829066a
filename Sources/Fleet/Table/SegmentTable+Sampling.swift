/// Finds a member that damages what it fetches by one piece of each member, before whole segments of a wrong file are rechecked.
///
/// For each member that hashed segments of the file, another member fetches a random piece of one of them from the origin, and keeps its
/// own bytes. Where the SHA-1s differ, a third member fetches that piece too. The member that two others contradict is excluded at once,
/// and only its segments are fetched again. If no piece differs, the whole segments are rechecked.
///
/// With two members there are no samples: a difference would not tell which of them was wrong, and the one that hashed the piece may be
/// the good one. There the whole segments decide, because the file's hash judges the bytes that a recheck has replaced.
extension SegmentTable {
    /// Rechecks wait this long for a member that takes a sample. The only member that reported the file cannot sample its own segments.
    private static let sampleTimeout = Duration.seconds(5)
    /// The same where two members contradict each other. The third one may have to hash the file first.
    private static let disputeTimeout = Duration.seconds(15)
    /// After this time a member takes any sample that no other has taken.
    private static let pairTimeout = Duration.seconds(1)

    /// Chooses a piece of each member that hashed one of the file's suspects. Bundles have no pieces.
    mutating func startSampling(of file: Int) {
        samples = samples.filter { $0.file != file }
        var segments: [Int: [Int]] = [:]
        for index in files[file].suspects.sorted() where !manifest.segments[index].isBundle {
            if let hasher = entries[index].hasher { segments[hasher, default: []].append(index) }
        }
        for (turn, (hasher, its)) in segments.sorted(by: { $0.key < $1.key }).enumerated() {
            let index = its[Int.random(in: its.indices, using: &random)]
            guard let hashes = entries[index].hashes else { continue }
            // A member that knew the piece could leave it undamaged.
            let piece = Int.random(in: hashes.sha1.indices, using: &random)
            let hashed = PieceSample.Answer(rank: hasher, sha1: hashes.sha1[piece])
            let sample = PieceSample(file: file, segment: index, piece: piece, isEarly: turn.isMultiple(of: 2), hashed: hashed)
            if canBeDecided(sample) { samples.append(sample) }
        }
    }

    /// Grants a sample of these files that this member may take. Disputed ones come first, and no other is taken before they are decided.
    mutating func pieceToSample(of wanted: Set<Int>, for rank: Int, _ now: Duration) -> FleetReply? {
        for file in Set(samples.map(\.file)).intersection(wanted).sorted() {
            let all = samples.indices.filter { samples[$0].file == file }
            let disputed = all.filter { samples[$0].isDisputed }
            let early = all.filter { samples[$0].isEarly }
            // One that damages all that it fetches shows in what it hashed or in what it samples: half of the samples find it.
            let isCompared = early.contains { samples[$0].hashed.rank == rank }
            let mayBeTaken = { (place: Int) in
                let sample = samples[place]
                guard sample.claim == nil, samplers(of: sample).contains(rank) else { return false }
                if sample.isDisputed || early.isEmpty || sample.isEarly && !isCompared { return true }
                return sample.idleSince.map { now - $0 >= Self.pairTimeout } ?? false
            }
            guard let place = (disputed.isEmpty ? all : disputed).first(where: mayBeTaken) else { continue }
            samples[place].grant(SegmentEntry.Claim(rank: rank, until: now + Self.lease), now: now)
            return .sample(segment: samples[place].segment, piece: samples[place].piece)
        }
        return nil
    }

    /// Whether the rechecks of a file's segments wait for samples.
    func isSampling(_ file: Int) -> Bool { samples.contains { $0.file == file } }

    /// Handles a piece that a member has fetched from the origin.
    /// - Parameter sha1: hexadecimal digits.
    mutating func sampled(_ index: Int, _ piece: Int, _ sha1: String, _ rank: Int) -> FleetReply {
        guard entries.indices.contains(index), (0..<manifest.segments[index].pieces).contains(piece),
            let sha1 = RequestStamp.bytes(sha1, count: 20)
        else { return .malformed }
        // Otherwise its lease has expired, or another coordinator has granted it.
        guard let place = heldSample(index, rank), samples[place].piece == piece else { return .taken }
        samples[place].free()
        let file = samples[place].file
        guard let contradicted = samples[place].add(PieceSample.Answer(rank: rank, sha1: sha1)) else { return .taken }
        samples.remove(at: place)
        for wrong in contradicted { convict(wrong, of: file) }
        return .taken
    }

    /// Excludes a member that two others contradict about the origin's bytes.
    private mutating func convict(_ rank: Int, of file: Int) {
        // Its share is fetched again without it, so this report does not count against the file.
        if nodes[rank]?.isExcluded == false { files[file].faults = max(0, files[file].faults - 1) }
        exclude(rank)
        for place in samples.indices { samples[place].dropAnswer(of: rank) }
        // An earlier coordinator's member, which is not known here.
        let its = manifest.segments(of: file).filter { entries[$0.index].hashes != nil && entries[$0.index].hasher == rank }
        if !its.isEmpty { void(its, of: file) }
    }

    /// The place of the sample that this member fetches of a segment.
    func heldSample(_ index: Int, _ rank: Int) -> Int? { samples.firstIndex { $0.segment == index && $0.claim?.rank == rank } }

    /// Ends the sample of a segment that a member could not fetch. Its claim of the whole segment, if it has one, goes on.
    mutating func returnSample(_ index: Int, _ rank: Int, _ now: Duration, isRateLimited: Bool) -> FleetReply {
        guard entries.indices.contains(index) else { return .malformed }
        let inHand = claimsInHand
        if let place = heldSample(index, rank) {
            samples[place].free()
            if !isRateLimited { files[samples[place].file].cutOff.insert(rank) }
        }
        if isRateLimited { allowance.rateLimited(inHand: inHand, now: now) }
        return .taken
    }

    mutating func freeSamples(of rank: Int) {
        for place in samples.indices where samples[place].claim?.rank == rank { samples[place].free() }
    }

    /// Ends expired leases and those of members that do not answer, and drops samples that nobody takes, or whose segment was replaced or
    /// made void.
    mutating func tickSamples(now: Duration) {
        for place in samples.indices {
            if let late = samples[place].overdue(now: now) {
                files[samples[place].file].cutOff.insert(late)
                samples[place].free()
            }
            if let claim = samples[place].claim, claim.until > now {
                samples[place].idleSince = nil
            } else {
                samples[place].free()
                samples[place].idleSince = samples[place].idleSince ?? now
            }
        }
        samples = samples.filter { sample in
            let entry = entries[sample.segment]
            guard files[sample.file].suspects.contains(sample.segment), entry.hasher == sample.hashed.rank,
                entry.hashes?.sha1[sample.piece] == sample.hashed.sha1
            else { return false }
            guard let since = sample.idleSince else { return true }
            let timeout = sample.isDisputed ? Self.disputeTimeout : Self.sampleTimeout
            return now - since < timeout && canBeDecided(sample)
        }
    }

    /// Whether further answers may show which of two members is wrong: that takes three of them.
    private func canBeDecided(_ sample: PieceSample) -> Bool {
        let others = samplers(of: sample).count
        return others > 0 && others + sample.answers.count > 2 && !sample.isExhausted
    }

    /// The members that may still fetch a sample.
    private func samplers(of sample: PieceSample) -> Set<Int> {
        Set(fetchers(for: manifest.segments[sample.segment]).map(\.rank).filter { !sample.hasAnswer(from: $0) })
            .subtracting(files[sample.file].cutOff)
    }
}
