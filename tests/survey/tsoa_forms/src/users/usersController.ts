import { Body, Controller, Delete, Get, Head, Options, Patch, Path, Post, Put, Query, Response, Route, Security, SuccessResponse, Tags } from 'tsoa';
import { User, UserCreationParams, UsersService } from './usersService';

@Route('users')
@Tags('Users')
export class UsersController extends Controller {
  @Get('{userId}')
  public async getUser(@Path() userId: number, @Query() name?: string): Promise<User> {
    return new UsersService().get(userId, name);
  }

  @Get()
  public async list(): Promise<User[]> { return []; }

  @SuccessResponse('201', 'Created')
  @Post()
  @Security('jwt', ['admin'])
  public async createUser(@Body() body: UserCreationParams): Promise<void> {
    this.setStatus(201);
  }

  @Put('{userId}/name')
  public async rename(): Promise<void> {}

  @Patch(':userId')
  public async patch(): Promise<void> {}

  @Response<object>(422, 'Validation Failed')
  @Delete('/{userId}/')
  public async remove(): Promise<void> {}

  @Head('{userId}')
  public async head(): Promise<void> {}

  @Options()
  public async options(): Promise<void> {}

  public helper(): void {}
}
