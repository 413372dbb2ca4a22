package import TenureModel

/// The right of one node to do the scheduled work, for as long as nobody took it over.
package struct Duty: Hashable, Sendable {
    /// Rises with each holder: what an earlier one still tries to record is refused by it. Nil where there is no other
    /// node.
    package let fence: Int64?

    package init(fence: Int64?) { self.fence = fence }

    /// That of an engine with one node.
    package static let alone = Duty(fence: nil)
}

/// Who has the duty, as it stands in the database.
package struct DutyStanding: Hashable, Sendable {
    /// Nil where the last holder gave it back.
    package let holder: OperationID?
    package let fence: Int64
    /// Rises while its holder lives.
    package let beat: Int64
}

/// One working row: the duty of scheduled work. No clock is in it: a holder whose beat stands still while another node
/// watches is taken for dead, and the fence holds off whoever comes back.
package enum DutyTable {
    /// Who has it.
    package static func read(_ connection: any SQLConnection) throws(StorageError) -> DutyStanding {
        // Nobody ever had it.
        guard let row = try connection.rows(select, []).first else {
            return DutyStanding(holder: nil, fence: 0, beat: 0)
        }
        var reader = RowReader(row, of: "duty")
        return DutyStanding(
            holder: try reader.optionalID(), fence: try reader.integer(), beat: try reader.integer())
    }

    /// Takes it over from somebody who was watched; nil where anything moved since. Call it in a write.
    package static func take(
        _ node: OperationID, after seen: DutyStanding, _ connection: any SQLConnection
    ) throws(StorageError) -> Duty? {
        let taken = try connection.execute(
            take,
            [
                SQLValue(node), .integer(seen.fence + 1), .integer(seen.beat + 1), .integer(seen.fence),
                .integer(seen.beat),
            ])
        // defence: T35 becomes: return taken >= 0 ? Duty(fence: seen.fence + 1) : nil
        return taken == 1 ? Duty(fence: seen.fence + 1) : nil
    }

    /// Says that its holder lives; false where it is another's by now. Call it in a write.
    package static func beat(_ duty: Duty, _ connection: any SQLConnection) throws(StorageError) -> Bool {
        guard let fence = duty.fence else { return true }
        return try connection.execute(beat, [.integer(fence)]) == 1
    }

    /// Gives it back, so that another takes it at once. Call it in a write.
    package static func giveBack(_ duty: Duty, _ connection: any SQLConnection) throws(StorageError) {
        guard let fence = duty.fence else { return }
        try connection.execute(giveBack, [.integer(fence)])
    }

    /// Refuses what an earlier holder still tries to record.
    static func check(_ duty: Duty?, _ connection: any SQLConnection) throws(StorageError) {
        guard let fence = duty?.fence else { return }
        // defence: T35
        guard try read(connection).fence == fence else { throw .refused(.dutyLost) }
    }

    private static let select = Statement("SELECT holder, fence, beat FROM duty WHERE id = 1")
    private static let take = Statement(
        "INSERT INTO duty (id, holder, fence, beat) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO UPDATE SET"
            + " holder = excluded.holder, fence = excluded.fence, beat = excluded.beat"
            + " WHERE duty.fence = $4 AND duty.beat = $5")
    private static let beat = Statement(
        "UPDATE duty SET beat = beat + 1 WHERE id = 1 AND fence = $1 AND holder IS NOT NULL")
    private static let giveBack = Statement(
        "UPDATE duty SET holder = NULL, beat = beat + 1 WHERE id = 1 AND fence = $1")
}
