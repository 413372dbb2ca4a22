internal import APITokens
internal import AuditLog
internal import SecretMemory
package import Storage
package import TenureModel

/// What is to be rotated.
package enum RotationSubject: Hashable, Sendable {
    /// The ring of one environment.
    case tokenKeys(EnvironmentName)
    /// The rings of all environments.
    case allTokenKeys
    /// The key of one audience alone: its generation is raised (FORMATS, section 4).
    case audience(Audience)
    /// What session tokens are signed with.
    case sessionKeys
    /// The CA that signs leaves: its published successor takes over, and another one is published.
    case issuingCA
    /// Publishes a successor of the issuing CA where none lives; of the schedule alone.
    case issuingSuccessor
    /// The data key comes to rest under the next key-encryption key that the operator named.
    case keyEncryptionKey
    /// All keys come to rest under a new data key.
    case dataKey
    /// A data key under which nothing rests any more is retired; of the schedule alone.
    case drainedDataKeys
}

/// What a rotation did, or would do.
package struct RotationOutcome: Sendable {
    /// Nil of a dry run.
    package let id: RotationID?
    /// The key versions that change, and those that are made.
    package let versions: [KeyVersion]
    /// Of an audience that was rotated alone: the key that ends, and its successor.
    package var audienceKeys: [RotatedKey] = []
    /// What is left for people to do; nil where nothing is.
    package var nextStep: String?
    package let recorded: Recorded?
}

/// The key of one audience, without its secret.
package struct RotatedKey: Hashable, Sendable {
    package let kid: String
    package let signFrom: Timestamp
    package let signUntil: Timestamp?
    package let verifyUntil: Timestamp?

    init(_ key: AudienceKey) {
        kid = key.kid.text
        signFrom = key.signFrom
        signUntil = key.signUntil
        verifyUntil = key.verifyUntil
    }
}

/// What a rotation is made of: drawn and loaded before the log is locked.
struct RotationMaterial: Sendable {
    /// The versions that it publishes, with their secrets wrapped.
    var successors: [KeyVersion] = []
    /// The next key-encryption key.
    var keyEncryptionKey: SecretBytes?
    /// The next data key, under the id that it will have.
    var dataKey: (id: KeyVersionID, secret: SecretBytes)?
}

/// One row that a rotation writes, with the references of the keys that it concerns.
struct RotationStep: Sendable {
    let change: ObjectChange
    /// Whoever decided on one of these keys decides again (DESIGN, section 3): a changed mark, no cut.
    var references: [LineageReference] = []
    /// What the entry says besides.
    var details: [AuditDetail.Member] = []

    var version: KeyVersion? {
        if case .keyVersion(_, let version) = change { version } else { nil }
    }
}

extension KeyVersion {
    /// The next row of this version.
    func next(_ state: State, _ change: (inout KeyVersion) -> Void = { _ in }) -> KeyVersion {
        var next = self
        next.version += 1
        next.state = state
        change(&next)
        return next
    }
}
