// Codes of several columns made rows of one table, checked on the way.
#include "shim.h"

#include <ATen/ops/empty.h>

using namespace kiln;

// codes: int64 [n, columns]; counts and offsets: int64 [columns]. Without the check a code of one column would find a vector of the next.
KT_API void* kt_offset_codes(void* codes_handle, void* counts_handle, void* offsets_handle) {
  return guarded<void*>(nullptr, [&] {
    auto codes = borrow(codes_handle), counts = borrow(counts_handle), offsets = borrow(offsets_handle);
    const int64_t columns = counts.numel();
    TORCH_CHECK(codes.scalar_type() == at::kLong && codes.dim() == 2 && codes.size(1) == columns, "codes are integers of 64 bits, [n, ", columns,
                "], but these are ", codes.scalar_type(), ' ', codes.sizes());
    codes = codes.contiguous();
    auto rows = at::empty(codes.sizes(), codes.options());
    const int64_t* code = codes.data_ptr<int64_t>();
    const int64_t* count = counts.data_ptr<int64_t>();
    const int64_t* offset = offsets.data_ptr<int64_t>();
    int64_t* row = rows.data_ptr<int64_t>();
    for (int64_t i = 0; i < codes.size(0); i++)
      for (int64_t j = 0; j < columns; j++, code++, row++) {
        TORCH_CHECK(*code >= 0 && *code < count[j], "code ", *code, " in row ", i, " of column ", j, ", whose codes go from 0 to ", count[j] - 1);
        *row = *code + offset[j];
      }
    return give(rows);
  });
}
