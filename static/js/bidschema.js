// Made from portfolios/domain/bidform/*.json by `python -m portfolios.offline`: change it there.

export const BID = {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "bid",
  "type": "object",
  "required": [
    "offers"
  ],
  "additionalProperties": false,
  "properties": {
    "offers": {
      "title": "list of offers",
      "type": "array",
      "minItems": 1,
      "maxItems": 20,
      "items": {
        "title": "offer",
        "type": "object",
        "required": [
          "lots"
        ],
        "additionalProperties": false,
        "properties": {
          "lots": {
            "title": "list of lots",
            "type": "array",
            "maxItems": 26,
            "items": {
              "title": "price of a lot",
              "type": "object",
              "required": [
                "lot",
                "price"
              ],
              "additionalProperties": false,
              "properties": {
                "lot": {
                  "title": "letter of a lot",
                  "type": "string",
                  "maxLength": 8,
                  "pattern": "^[A-Za-z0-9-]+$",
                  "description": "the letter of a lot such as A"
                },
                "price": {
                  "title": "price",
                  "type": "string",
                  "maxLength": 17,
                  "pattern": "^(0|[1-9][0-9]{0,10})([.][0-9]{1,5})?$",
                  "description": "a number such as 98.25000"
                }
              }
            }
          },
          "conditions": {
            "title": "list of conditions",
            "type": "array",
            "maxItems": 10,
            "items": {
              "title": "condition",
              "type": "string",
              "maxLength": 500,
              "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$",
              "description": "plain text on one line"
            }
          }
        }
      }
    },
    "entity": {
      "title": "name of the buying entity",
      "type": "string",
      "maxLength": 200,
      "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$",
      "description": "plain text on one line"
    },
    "signer": {
      "title": "name of the signer",
      "type": "string",
      "maxLength": 120,
      "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$",
      "description": "plain text on one line"
    },
    "certified": {
      "title": "list of certificates",
      "type": "array",
      "maxItems": 20,
      "items": {
        "title": "certificate",
        "type": "string",
        "maxLength": 40,
        "pattern": "^[a-z0-9_]+$",
        "description": "the code of a certificate"
      }
    },
    "deposit_reference": {
      "title": "reference of the deposit",
      "type": "string",
      "maxLength": 60,
      "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$",
      "description": "plain text on one line"
    },
    "most_dollars": {
      "title": "most to spend",
      "type": "string",
      "maxLength": 16,
      "pattern": "^[1-9][0-9]{0,12}([.][0-9]{1,2})?$",
      "description": "dollars such as 25000000.00"
    },
    "most_lots": {
      "title": "most lots to win",
      "type": "integer",
      "minimum": 1,
      "maximum": 26
    },
    "valid_until": {
      "title": "time until which the bid is valid",
      "type": "string",
      "maxLength": 27,
      "pattern": "^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?Z$",
      "description": "a moment such as 2026-12-31T22:00:00Z"
    },
    "allocations": {
      "title": "table of allocations",
      "type": "object",
      "maxProperties": 26,
      "additionalProperties": {
        "title": "sum of an allocation",
        "type": "string",
        "maxLength": 64,
        "pattern": "^[0-9a-f]{64}$",
        "description": "the SHA-256 of its file"
      }
    },
    "nonce": {
      "title": "nonce",
      "type": "string",
      "maxLength": 64,
      "pattern": "^[A-Za-z0-9_-]*$",
      "description": "base64url"
    }
  }
};

export const RESERVE = {
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "reserve",
  "type": "object",
  "required": [
    "lots"
  ],
  "additionalProperties": false,
  "properties": {
    "lots": {
      "title": "list of lots",
      "type": "array",
      "maxItems": 26,
      "items": {
        "title": "reserve of a lot",
        "type": "object",
        "required": [
          "lot",
          "amount"
        ],
        "additionalProperties": false,
        "properties": {
          "lot": {
            "title": "letter of a lot",
            "type": "string",
            "maxLength": 8,
            "pattern": "^[A-Za-z0-9-]+$",
            "description": "the letter of a lot such as A"
          },
          "amount": {
            "title": "reserve",
            "type": "string",
            "maxLength": 16,
            "pattern": "^(0|[1-9][0-9]{0,12})([.][0-9]{1,2})?$",
            "description": "dollars such as 975000.00"
          },
          "unsold": {
            "title": "value unsold",
            "type": "string",
            "maxLength": 16,
            "pattern": "^(0|[1-9][0-9]{0,12})([.][0-9]{1,2})?$",
            "description": "dollars such as 940000.00"
          }
        }
      }
    },
    "nonce": {
      "title": "nonce",
      "type": "string",
      "maxLength": 64,
      "pattern": "^[A-Za-z0-9_-]*$",
      "description": "base64url"
    }
  }
};
