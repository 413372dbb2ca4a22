internal import TenureModel

/// One object that a plan makes, changes or ends, as people read it and as it is recorded.
package struct PlannedChange: Hashable, Sendable {
    /// What happens to the object.
    package enum Action: String, Hashable, Sendable {
        case create, change, end
    }

    package let change: ObjectChange
    /// As `workload/deploy`.
    package let object: String
    package let fields: [FieldChange]
    /// What is allowed and yet worth a thought: a code and a sentence.
    package internal(set) var warnings: [Warning]

    /// One field that differs; nil for what is not there.
    package struct FieldChange: Hashable, Sendable {
        package let field: String
        package let from: String?
        package let to: String?
    }

    /// A code of the closed list, and a sentence.
    package struct Warning: Hashable, Sendable {
        package let code: String
        package let detail: String
    }

    package var action: Action {
        switch change {
        case .identity(nil, _), .trust(nil, _), .profile(nil, _), .entitlement(nil, _), .keyVersion(nil, _): .create
        case .identity(_, let new) where new.state == .ended: .end
        case .trust(_, let new) where new.state == .ended: .end
        case .profile(_, let new) where new.state == .ended: .end
        case .entitlement(_, let new) where new.state == .ended: .end
        default: .change
        }
    }
}

/// Why what is wanted cannot be had.
package enum PlanRefusal: Error, Hashable, Sendable {
    case fault(FieldFault)
    case conflict(String)
    /// It is another version than the one that the change was made on.
    case stale(String)
    case noLivingOwner(FieldFault)
    /// The trust's name, and who would get in.
    case unsafeTrust(path: String, reasons: [String])
}
