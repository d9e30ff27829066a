extension Array {
    /// How many elements at the beginning fulfil a condition that none behind them fulfils; found by halving.
    func sortedPosition(where fulfils: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if fulfils(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
