// A session store on AWS' SDK, as an app of @auth0/nextjs-auth0 writes it.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";

const LIFETIME = 86_400;
const TableName = "Sessions";

export class DynamoSessionStore {
  static async connect(url) {
    const client = new DynamoDBClient({
      endpoint: url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    return new DynamoSessionStore(DynamoDBDocumentClient.from(client));
  }

  constructor(client) {
    this.client = client;
  }

  async get(id) {
    const { Item } = await this.client.send(new GetCommand({ TableName, Key: { id } }));
    if (!Item || Item.expiresAt <= Date.now()) {
      return null;
    }
    return Item.data;
  }

  async set(id, session, lifetime = LIFETIME) {
    const expiresAt = Date.now() + lifetime * 1000;
    const Item = { id, data: session, expiresAt };
    await this.client.send(new PutCommand({ TableName, Item }));
  }

  async delete(id) {
    await this.client.send(new DeleteCommand({ TableName, Key: { id } }));
  }

  async deleteByLogoutToken({ sid, sub }) {
    const { Items } = await this.client.send(new ScanCommand({ TableName }));
    for (const { id, data } of Items) {
      if ((sid && data.internal.sid === sid) || (sub && data.user.sub === sub)) {
        await this.delete(id);
      }
    }
  }

  async close() {
    this.client.destroy();
  }
}
