/// The prefixes of FORMATS, section 1. A kind is listed when something of it exists.
package enum PersonKind: IdentifierKind { package static let prefix = "prs" }
package enum TeamKind: IdentifierKind { package static let prefix = "tem" }
package enum WorkloadKind: IdentifierKind { package static let prefix = "wkl" }
package enum TrustKind: IdentifierKind { package static let prefix = "tru" }
package enum ProfileKind: IdentifierKind { package static let prefix = "prf" }
package enum EntitlementKind: IdentifierKind { package static let prefix = "ent" }
package enum CredentialKind: IdentifierKind { package static let prefix = "crd" }
package enum SessionKind: IdentifierKind { package static let prefix = "ses" }
package enum LoginKind: IdentifierKind { package static let prefix = "lgn" }
package enum RevocationKind: IdentifierKind { package static let prefix = "cut" }
package enum CaseKind: IdentifierKind { package static let prefix = "cas" }
package enum ReceiptKind: IdentifierKind { package static let prefix = "rcp" }
package enum RotationKind: IdentifierKind { package static let prefix = "rot" }
package enum KeyVersionKind: IdentifierKind { package static let prefix = "key" }
package enum IssuerKind: IdentifierKind { package static let prefix = "iss" }
package enum OperationKind: IdentifierKind { package static let prefix = "opr" }
package enum PlanKind: IdentifierKind { package static let prefix = "pln" }

/// The id of each kind.
package typealias PersonID = Identifier<PersonKind>
package typealias TeamID = Identifier<TeamKind>
package typealias WorkloadID = Identifier<WorkloadKind>
package typealias TrustID = Identifier<TrustKind>
package typealias ProfileID = Identifier<ProfileKind>
package typealias EntitlementID = Identifier<EntitlementKind>
package typealias CredentialID = Identifier<CredentialKind>
package typealias SessionID = Identifier<SessionKind>
package typealias LoginID = Identifier<LoginKind>
package typealias RevocationID = Identifier<RevocationKind>
package typealias CaseID = Identifier<CaseKind>
package typealias ReceiptID = Identifier<ReceiptKind>
package typealias RotationID = Identifier<RotationKind>
package typealias KeyVersionID = Identifier<KeyVersionKind>
package typealias IssuerID = Identifier<IssuerKind>
package typealias OperationID = Identifier<OperationKind>
package typealias PlanID = Identifier<PlanKind>
