-- Who besides its owner may do what to an element: JSON list of {"sid": role or user, "perms": [...]}; empty: nobody but admins.
ALTER TABLE element ADD COLUMN sid_perms TEXT NOT NULL DEFAULT '[]';
