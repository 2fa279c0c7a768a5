// Documents as the server makes them, for tests.
import { ImmutableString } from "@automerge/automerge";
import type { RecordDocument } from "../src/record/schema.ts";

export function emptyDocument(): RecordDocument {
  return {
    schema: 1,
    attendance: {},
    sections: {
      worries: { heading: new ImmutableString("What we are worried about"), entries: {} },
      working_well: { heading: new ImmutableString("What is working well"), entries: {} },
    },
    decisions: {},
    views: {},
    actions: {},
  };
}
