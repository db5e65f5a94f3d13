import { ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import { AuthGuard } from "@nestjs/passport";
import { ApiBearerAuth } from "@nestjs/swagger";

export const IS_PUBLIC = "isPublic";
export const Public = () => SetMetadata(IS_PUBLIC, true);
export const Roles = (...roles: string[]) => SetMetadata("roles", roles);

@Injectable()
export class JwtGuard extends AuthGuard("jwt") {
  constructor(private reflector: Reflector) {
    super();
  }

  canActivate(context: ExecutionContext) {
    const open = this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()]);
    if (open) return true;
    return super.canActivate(context);
  }
}

export class PlainGuard extends AuthGuard("jwt") {}

export class LenientGuard extends AuthGuard("jwt") {
  handleRequest(error, user) {
    return user;
  }
}

export const Auth = () => applyDecorators(UseGuards(PlainGuard), ApiBearerAuth());
