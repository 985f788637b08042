internal import CLibPQ

extension PostgresConnection {
    /// Sends many statements and reads the answers, in one round trip.
    ///
    /// - Parameter steps: Statements and the ends of their groups; an end is added after the last
    ///   statement where it is missing. All are held in memory until the last answer is in.
    /// - Returns: One entry for each step that is no ``PipelineStep/sync``, in order. Where a group
    ///   fails only at its end, as with a deferred constraint, all of its entries are that error.
    /// - Throws: ``PostgresError`` when nothing was sent or the connection ended.
    public func pipeline(
        _ steps: [PipelineStep]
    ) throws(PostgresError) -> [Result<Rows, PostgresError>] {
        let groups = Self.groups(of: steps)
        guard !groups.isEmpty else { return [] }
        try send(.pipeline, texts: steps.flatMap(\.texts)) {
            unsafe PQenterPipelineMode(handle)
        }
        do throws(PostgresError) {
            try sendGroups(groups)
            let deadline = deadlineFromNow()
            var outcomes: [Result<Rows, PostgresError>] = []
            outcomes.reserveCapacity(steps.count)
            for group in groups {
                outcomes += try readGroup(stepCount: group.count, until: deadline)
            }
            guard unsafe PQexitPipelineMode(handle) == 1 else { throw outOfStep() }
            return outcomes
        } catch {
            isOutOfStep = true
            throw error
        }
    }

    private static func groups(of steps: [PipelineStep]) -> [ArraySlice<PipelineStep>] {
        steps.split(omittingEmptySubsequences: true) {
            if case .sync = $0 { true } else { false }
        }
    }

    private func sendGroups(_ groups: [ArraySlice<PipelineStep>]) throws(PostgresError) {
        for group in groups {
            for step in group {
                let isSent =
                    switch step {
                    case .query(let sql, let parameters): sendQuery(sql, parameters)
                    case .prepared(let name, let parameters): sendPrepared(name, parameters)
                    case .sync: preconditionFailure("a group holds no ends")
                    }
                guard isSent == 1 else { throw outOfStep() }
            }
            guard unsafe PQpipelineSync(handle) == 1 else { throw outOfStep() }
        }
    }

    /// Reads the answers of one group up to its end.
    private func readGroup(
        stepCount: Int,
        until deadline: ContinuousClock.Instant?
    ) throws(PostgresError) -> [Result<Rows, PostgresError>] {
        var outcomes: [Result<Rows, PostgresError>] = []
        var atEnd: PostgresError?
        while true {
            guard let answer = unsafe try nextAnswer(.pipeline, until: deadline) else {
                // The end of one step's answers; without a connection there is no other end.
                guard isAlive else { throw lost(.pipeline) }
                continue
            }
            switch unsafe PQresultStatus(answer) {
            case PGRES_PIPELINE_SYNC:
                unsafe PQclear(answer)
                guard outcomes.count == stepCount else { throw outOfStep() }
                if let atEnd { return Array(repeating: .failure(atEnd), count: stepCount) }
                return outcomes
            case PGRES_PIPELINE_ABORTED:
                unsafe PQclear(answer)
                outcomes.append(.failure(PostgresError(.pipeline, .skipped)))
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                outcomes.append(.success(unsafe Rows(owning: answer)))
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                unsafe PQclear(answer)
                throw PostgresError(.pipeline, .copyNotOffered, isConnectionLost: true)
            default:
                let error = unsafe error(.pipeline, from: answer)
                guard !error.isConnectionLost else { throw error }
                if outcomes.count < stepCount {
                    outcomes.append(.failure(error))
                } else {
                    atEnd = atEnd ?? error
                }
            }
        }
    }

    /// libpq and this object no longer agree on what comes next.
    private func outOfStep() -> PostgresError {
        isOutOfStep = true
        return lost(.pipeline)
    }
}

extension PipelineStep {
    /// The texts that go to libpq.
    fileprivate var texts: [String?] {
        switch self {
        case .query(let text, let parameters), .prepared(let text, let parameters):
            [text] + parameters
        case .sync: []
        }
    }
}
