/// One page of a list. Without `next_page_token` it is the last one.
package struct PageAnswer<Item: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    package var items: [Item]
    /// Given back as `page_token` for the next page; opaque.
    package var nextPageToken: String?

    package init(items: [Item], nextPageToken: String? = nil) {
        self.items = items
        self.nextPageToken = nextPageToken
    }

    enum CodingKeys: String, CodingKey {
        case items
        case nextPageToken = "next_page_token"
    }
}
