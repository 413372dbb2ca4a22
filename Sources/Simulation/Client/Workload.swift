internal import TenureModel

/// What is asked of the broker in one history, and how often: drawn from the seed.
struct Workload: Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        case issueToken, issueCertificate, renew, repeatRequest, login, presentTwice, introspect, verifyOffline
        case revokeHeld, revokeTogether, revokeObject, overtake, offboardWorkload, offboardOwner, suspendOrResume
        case endEntitlement
        case hire, welcome, setOwner, leaveWhileMadeOwner, entitle, amend, approve, changeProfile, bootstrap
        case rotate, maintain, fetchList
        case crash, jump, leap
    }

    private let odds: [(Kind, Int)]
    private let sum: Int

    init(_ chance: Chance) {
        let usual: [Kind: Int] = [
            .issueToken: 290, .issueCertificate: 45, .renew: 12, .repeatRequest: 60, .login: 40, .presentTwice: 12,
            .introspect: 120, .verifyOffline: 20, .revokeHeld: 30, .revokeTogether: 8, .revokeObject: 14, .overtake: 25,
            .offboardWorkload: 10, .offboardOwner: 4, .suspendOrResume: 20, .endEntitlement: 8, .hire: 25, .welcome: 6,
            .setOwner: 12, .leaveWhileMadeOwner: 6, .fetchList: 8,
            .entitle: 15, .amend: 12, .approve: 20, .changeProfile: 4, .bootstrap: 8, .rotate: 8, .maintain: 10,
            .crash: 5, .jump: 6, .leap: 8,
        ]
        var odds: [(Kind, Int)] = []
        for kind in Kind.allCases {
            let factor = [0, 50, 100, 100, 300][chance.below(5)]
            let most = kind == .issueToken ? max(factor, 50) : factor
            odds.append((kind, (usual[kind] ?? 0) * most / 100))
        }
        self.odds = odds
        sum = odds.reduce(0) { $0 + $1.1 }
    }

    func draw(_ chance: Chance) -> Kind {
        var draw = chance.below(sum)
        for (kind, share) in odds {
            if draw < share { return kind }
            draw -= share
        }
        return .issueToken
    }
}

extension Client {
    func carryOut(_ kind: Workload.Kind) async {
        guard let node = anyNode() else { return }
        switch kind {
        case .issueToken: if let subject = anyWorkload() { await issueToken(subject, at: node) }
        case .issueCertificate: if let subject = anyWorkload() { await issueCertificate(subject, at: node) }
        case .renew: await renew(at: node)
        case .repeatRequest: await repeatRequest(at: node)
        case .login:
            if let subject = chance.happens(200) ? chance.pick(people) : anyWorkload() {
                _ = await login(subject, at: node)
            }
        case .presentTwice: if let subject = anyWorkload() { await presentTwice(subject) }
        case .introspect: await introspect(at: node)
        case .verifyOffline: await verifyOffline(at: node)
        case .revokeHeld: await revokeHeld(at: node)
        case .revokeTogether: await revokeTogether(at: node)
        case .revokeObject: if let subject = chance.pick(workloads) { await revokeObject(of: subject, at: node) }
        case .overtake: await overtake(at: node)
        case .offboardWorkload: await offboardWorkload(at: node)
        case .offboardOwner: await offboardOwner(at: node)
        case .suspendOrResume: await suspendOrResume(at: node)
        case .endEntitlement: await endEntitlement(at: node)
        case .hire: await hire(at: node)
        case .welcome: await welcome(at: node)
        case .setOwner: await setOwner(at: node)
        case .leaveWhileMadeOwner: await leaveWhileMadeOwner(at: node)
        case .entitle: await entitle(at: node)
        case .amend: await amend(at: node)
        case .approve: await approve(at: node)
        case .changeProfile: await changeProfile(at: node)
        case .bootstrap: await bootstrap(at: node)
        case .rotate: await rotate(at: node)
        case .maintain: await maintain(node)
        case .fetchList: await fetchList()
        case .crash:
            history.note("\(node.name) is killed")
            node.die()
        case .jump:
            guard world.weather.jump > 0 else { return }
            node.jump(chance.among(-world.weather.jump...world.weather.jump))
        case .leap: world.leap([30, 120, 1_200, 10_800, 90_000][chance.below(5)])
        }
    }
}
