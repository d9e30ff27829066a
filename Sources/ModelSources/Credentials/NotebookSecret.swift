/// The secrets that Colab and Kaggle keep for a notebook. Python in the kernel can read them; a command of a shell line
/// cannot, unless a cell puts them into the environment first.
enum NotebookSecret {
    /// What to do about a token that is missing, with the line to paste into a cell.
    /// - Parameters:
    ///   - page: where tokens are made.
    ///   - name: the variable, and what the secret is to be called.
    /// - Returns: nil where this is no such notebook.
    static func hint(_ name: String, page: String, _ environment: [String: String]) -> String? {
        line(name, environment).map {
            "make a token at \(page), keep it among the notebook's secrets as \(name), then run this in a cell: \($0)"
        }
    }

    private static func line(_ name: String, _ environment: [String: String]) -> String? {
        let isSet = { (name: String) in environment[name]?.isEmpty == false }
        if isSet("COLAB_RELEASE_TAG") || isSet("COLAB_GPU") {
            return #"import os; from google.colab import userdata; os.environ["\#(name)"] = userdata.get("\#(name)")"#
        }
        if isSet("KAGGLE_KERNEL_RUN_TYPE") {
            return
                #"import os; from kaggle_secrets import UserSecretsClient; os.environ["\#(name)"] = UserSecretsClient().get_secret("\#(name)")"#
        }
        return nil
    }
}
