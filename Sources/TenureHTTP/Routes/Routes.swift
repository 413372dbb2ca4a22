/// Every route of the broker, a file per resource. That each of them asks for an act, but for those that are meant to
/// be open, is held by a test over this list.
enum Routes {
    /// All routes of the TLS listener, but for those that describe the others.
    static let all: [Route] =
        logins + tokens + certificates + credentials + revocations + offboardings + plans + rotations + keys + audit
        + feed + operations + identities + owners + trusts + profiles + entitlements + oauth + tokenExchange
        + publications + health

    /// Those that describe the others, as they stand in the description.
    static let describing: [Route] = [openAPI(""), metrics(Metrics(routes: []))]
}
