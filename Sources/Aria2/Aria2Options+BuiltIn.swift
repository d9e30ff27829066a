extension Aria2Options {
    /// The text of `aria2.conf` at the top of the repository, byte for byte; a test compares them.
    static let builtInText = #"""
        # aria2's own tuning, as fetchctl starts aria2c with it. A copy of this file in
        # $XDG_CONFIG_HOME/fetchctl/aria2.conf (or where $FETCHCTL_ARIA2_CONF says) takes its place.
        #
        # Only tuning is read. Remote control, hooks, TLS, headers, logins, sessions, paths and
        # proxies are ignored with a warning. So is what fetchctl sets for every download: how many
        # connections, piece-length, min-split-size and rate limits.
        #
        # Every option here exists in aria2 1.36 and 1.37.

        # --- What survives a crash ---------------------------------------------------------------

        # Seconds between two writes of the control file. The default of 60 loses up to a minute of
        # a download when aria2c is killed; 1 costs nothing that can be measured.
        auto-save-interval=1

        # Where a server no longer serves ranges, fail and keep what is there. With false, aria2c
        # 1.36 and 1.37 can abort here, and take every other download with them.
        always-resume=true

        # --- Writing -----------------------------------------------------------------------------

        # Memory for pieces on their way to the disk, shared by all downloads. A piece only counts
        # as done when it has left it.
        disk-cache=16M

        # Files grow as they come. fetchctl looks for free space beforehand, and "falloc" is not
        # there on vfat, NFS version 3 and FUSE. Use falloc on ext4, xfs or btrfs to reserve all of
        # a file at once.
        file-allocation=none

        # Every piece goes where it is free; fetchctl hashes the finished file from memory. For
        # files larger than memory "inorder" keeps what is done at the front, at the price of a
        # request for every piece.
        stream-piece-selector=default

        # --- Trying again ------------------------------------------------------------------------

        # fetchctl tries again itself: it asks the server why, heeds Retry-After and renews links
        # that have expired, none of which aria2 does. 0 would mean without end, thousands of times a
        # second where a server closes the connection at once.
        max-tries=1
        retry-wait=0
        max-file-not-found=0

        # --- Connections -------------------------------------------------------------------------

        # Seconds without a byte before a connection is given up, and seconds to make one.
        timeout=30
        connect-timeout=15

        # Bytes a second below which aria2c gives up a download. Slow is not broken: 0 is never.
        lowest-speed-limit=0

        # Mirrors in the order they were given; the default learns from speeds and prefers others.
        uri-selector=inorder

        # One connection for several ranges where the server allows it, one range at a time.
        enable-http-keep-alive=true
        enable-http-pipelining=false

        # Never compressed: such an answer has neither ranges nor a length.
        http-accept-gzip=false

        # aria2's own resolver, which does not hold up other downloads while a name is looked up.
        async-dns=true

        """#
}
