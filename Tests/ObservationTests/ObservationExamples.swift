import Observation

/// One observation of each case, with all the values that end up in a line or a label.
let examples: [Observation] = {
    let trip = FamilyLabel(topic: "trip:42")
    var all: [Observation] = [
        .gateway(.starting(version: "0.1.0")),
        .gateway(.listening(host: "127.0.0.1", port: 4000, isTLS: false)),
        .gateway(.ready(after: .milliseconds(1_500))),
        .gateway(.draining(connectionCount: 3)),
        .gateway(.stopped(after: .seconds(2))),
        .gateway(.secondSignal),
        .gateway(.httpAnswered(status: 404)),
        .gateway(.requestRefused(code: "unauthorized")),
        .connection(.opened),
        .connection(.handshakeRefused(status: 401, code: "InvalidJWTToken")),
        .connection(.tokenRefused(reason: "malformed")),
        .connection(.messageMalformed(kind: "not_json")),
        .connection(.limitReached(scope: "user", limit: "joins")),
        .channel(.joinAsked(family: trip, isPrivate: true)),
        .channel(.joinAccepted(family: trip, isPrivate: true, after: .microseconds(800))),
        .channel(.joinRefused(family: trip, isPrivate: true, code: "Unauthorized")),
        .channel(.joinFieldsInvalid(fieldCount: 2)),
        .channel(.left),
        .channel(.cut(code: "InvalidJWTToken")),
        .channel(.revoked(code: "read_denied", after: .milliseconds(7))),
        .broadcast(.refused(reason: "too_large")),
        .broadcast(.relayed(loopCount: 1)),
        .broadcast(.dropped),
        .presence(.refused(reason: "rate")),
        .changes(.answered(code: "following")),
        .changes(.followed(bindingCount: 3)),
        .changes(.tablesRead(tableCount: 2, problemCount: 1)),
        .changes(
            .matched(
                ChangesObservation.Slice(
                    changeCount: 2,
                    matchCount: 5,
                    deliveryCount: 4,
                    withheldCount: 1,
                    isAsked: true,
                    lag: .milliseconds(3)
                )
            )
        ),
        .database(.unsuitable(code: "in_recovery")),
        .outbox(
            .windowRead(
                messageCount: 16,
                byteCount: 4_096,
                lag: .milliseconds(2),
                duration: .microseconds(700)
            )
        ),
        .outbox(.windowRead(messageCount: 1, byteCount: 1, lag: nil, duration: .zero)),
        .replay(.read(messageCount: 25, byteCount: 4_096, duration: .microseconds(700))),
        .outbox(.doorbellLockContended(waited: .seconds(1))),
        .outbox(.readerWaited(.milliseconds(5))),
        .outbox(.partitionCreated(name: "messages_2026_01_02")),
        .outbox(.partitionDropped(name: "messages_2026_01_01")),
        .outbox(.migrationApplied(version: 1, name: "schema", duration: .milliseconds(9))),
        .topics(.loaded(familyCount: 3)),
        .topics(.unchanged),
        .topics(.kept(reason: "malformed")),
        .topics(.problem(place: "topics/trip.yaml:3", message: "is unknown", isError: true)),
        .topics(.problem(place: nil, message: "is slow", isError: false)),
        .authorization(.policiesCompiled(count: 6, duration: .milliseconds(4))),
        .authorization(.policiesFailed(sqlState: "42501")),
        .authorization(
            .verdictGiven(duration: .microseconds(400), isDenied: true, isRemembered: false)
        ),
        .authorization(
            .verdictGiven(duration: .microseconds(4), isDenied: false, isRemembered: true)
        ),
        .authorization(.verdictsRemembered(count: 3, forgottenCount: 2)),
        .authorization(.ruleFailed(policy: "members read", sqlState: "22P02")),
        .authorization(.unavailable(kind: "database_away")),

        .rowSecurity(.rulesRead(tables: 3, policies: 7, duration: .milliseconds(5))),
        .rowSecurity(.rulesFailed(sqlState: "42501")),
        .rowSecurity(.ruleUnsupported(policy: "own", table: "public.keys", column: "secret")),
        .rowSecurity(.ruleFailed(policy: "own", table: "public.trips", sqlState: "22P02")),
        .rowSecurity(.conditionFailed(sqlState: "22P02")),
        .rowSecurity(
            .answered(
                rounds: 1,
                rows: 1_000,
                withheld: ["policy": 999],
                duration: .milliseconds(30)
            )
        ),
        .counted([CounterDelta(.broadcastsAccepted, amount: 1)]),
    ]
    for source in KeyObservation.Source.allCases {
        all.append(.key(.loaded(source, keyCount: 2, skippedCount: 1)))
        all.append(.key(.unchanged(source)))
        all.append(.key(.failed(source, reason: "unreachable")))
    }
    all += ConnectionObservation.End.allCases.map { .connection(.closed($0, code: nil)) }
    for link in DatabaseObservation.Link.allCases {
        all.append(.database(.connected(link)))
        all.append(.database(.lost(link, sqlState: "57P01")))
        all.append(.database(.retrying(link, attempt: 1, delay: .milliseconds(100))))
    }
    all += ChangesObservation.Step.allCases.map { .changes(.failed($0, sqlState: "42501")) }
    all += DatabaseObservation.ResyncReason.allCases.map { .database(.resync($0)) }
    all += OutboxObservation.ReaderMode.allCases.map { .outbox(.readerModeChanged($0)) }
    all += OutboxObservation.RowSkipReason.allCases.map { .outbox(.rowSkipped($0, seq: 7)) }
    all += ReplayObservation.Failure.allCases.map { .replay(.failed($0, sqlState: "57014")) }
    all += OutboxObservation.PartitionStep.allCases.map {
        .outbox(.partitionFailed($0, sqlState: nil))
    }
    return all
}()
