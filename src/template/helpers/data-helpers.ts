import { fromJson, fromYaml, toJson, toYaml } from '../operations/documents.ts';
import { combine, dictToItems, groupBy, itemsToDict } from '../operations/maps.ts';
import { helper, type Helpers } from './helper.ts';

/** Helpers for maps, and for documents made of them; expressions have them as functions. */
export const dataHelpers = {
  combine: helper('MAP … [recursive=] [list_merge=]', combine),
  dict2items: helper('MAP [key_name=] [value_name=]', dictToItems),
  items2dict: helper('LIST [key_name=] [value_name=]', itemsToDict),
  groupBy: helper('LIST KEY', groupBy),
  toYaml: helper('VALUE [indent=] [sort_keys=]', toYaml),
  toJson: helper('VALUE [WIDTH] [indent=] [sort_keys=]', toJson),
  fromYaml: helper('TEXT', fromYaml),
  fromJson: helper('TEXT', fromJson),
} satisfies Helpers;
