/// What the commands of huggingface_hub say of their use, as far as it concerns downloads.
enum HubHelp {
    /// `hf --help`, and `hf` alone.
    static let hf = """
        Usage: hf [OPTIONS] [COMMAND] [ARGS]...

          Hugging Face Hub CLI (fetchctl stands in for hf download; any other command needs the real hf on PATH)

        Options:
          -h, --help  Show this message and exit.

        Main commands:
          download     Download files from the Hub.

        Examples
          $ hf download meta-llama/Llama-3.2-1B-Instruct

        """

    /// `hf download --help`, and `hf download` alone.
    static let hfDownload = """
        Usage: hf download [OPTIONS] REPO_ID [FILENAMES]...

          Download files from the Hub.

        Arguments:
          REPO_ID         The ID of the repo (e.g. `username/repo-name` or
                          `spaces/username/repo-name`).  [required]
          [FILENAMES]...  Files to download (e.g. `config.json`, `data/`).

        Options:
          --type, --repo-type [model|dataset|space]
                                          The type of repository.
          --revision TEXT                 A branch name, a tag, or a commit hash.
          --include TEXT                  Glob pattern of files to download; repeatable.
          --exclude TEXT                  Glob pattern of files to leave out; repeatable.
          --cache-dir TEXT                The cache to put files into.
          --local-dir TEXT                The folder to put files into, under their own
                                          names.
          --force-download / --no-force-download
                                          Download files that are there already.
          --dry-run / --no-dry-run        List what would be downloaded.
          --token TEXT                    A User Access Token.
          --max-workers INTEGER           Files at once.
          -h, --help                      Show this message and exit.

        Formatting options:
          --format [auto|human|agent|json|quiet]
                                          Output format.
          --json                          As --format json.
          -q, --quiet                     As --format quiet.
          --no-truncate                   Do not shorten names in tables.

        """

    /// `huggingface-cli --help`, and `huggingface-cli` alone.
    static let cli = """
        usage: huggingface-cli <command> [<args>]

        positional arguments:
          {download}
            download    Download files from the Hub (any other command needs the
                        real huggingface-cli on PATH)

        options:
          -h, --help    show this help message and exit

        """

    /// `huggingface-cli download --help`.
    static let cliDownload = """
        usage: huggingface-cli <command> [<args>] download [-h] [--repo-type {model,dataset,space}] [--revision REVISION]
                                                           [--include [INCLUDE ...]] [--exclude [EXCLUDE ...]]
                                                           [--cache-dir CACHE_DIR] [--local-dir LOCAL_DIR]
                                                           [--local-dir-use-symlinks {auto,True,False}] [--force-download]
                                                           [--resume-download] [--token TOKEN] [--quiet]
                                                           [--max-workers MAX_WORKERS]
                                                           repo_id [filenames ...]

        positional arguments:
          repo_id               ID of the repo to download from (e.g. `username/repo-name`).
          filenames             Files to download (e.g. `config.json`, `data/metadata.jsonl`).

        """
}
