#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "store/database.hpp"

namespace parley::transfer {

/// Removes an account with all it has. The first unit hides it; its rows go in slices, each a bulk unit of
/// its own, and the account's own row last, so a removal that was cut off is taken up again by
/// `remove_unfinished`. An account that is being filled can be removed too, by the import that fills it.
/// Error: not_found; those of the store.
base::Task<base::Result<>> remove_account(store::Database& database, std::int64_t sid);

/// Removes what an import or a removal that a crash cut off has left. Once after the store was opened, before
/// any import or removal begins: it takes every account that is not whole for a remnant. Returns the sids.
base::Task<base::Result<std::vector<std::int64_t>>> remove_unfinished(store::Database& database);

}  // namespace parley::transfer
