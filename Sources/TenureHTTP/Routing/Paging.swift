internal import TenureAPI

extension Exchange {
    /// One page of a list that is in memory, in the order of the log.
    ///
    /// - Parameters:
    ///   - query: with `page_token`, the number of the last item of the page before, and `limit`.
    ///   - number: rises from item to item.
    func page<Item, Shown: Codable & Hashable & Sendable>(
        _ items: [Item], _ query: FormFields, number: (Item) -> Int64, show: (Item) -> Shown
    ) throws(Refusal) -> PageAnswer<Shown> {
        let after = try query.number("page_token") ?? -1
        let limit = try limit(query)
        var rest = items[...]
        rest = rest.drop { number($0) <= after }
        // `limit` is at most a page, and so an `Int`.
        let page = rest.prefix(Int(clamping: limit))
        let hasMore = rest.count > page.count
        return PageAnswer(
            items: page.map(show), nextPageToken: hasMore ? page.last.map { String(number($0)) } : nil)
    }
}
