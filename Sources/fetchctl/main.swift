print("fetchctl")
